// Which language and region the app speaks. Settings may override what the system says. Loads no words itself.

/** Languages that have a complete catalogue. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** Scripts that run from right to left, by language subtag. */
const rightToLeft = new Set([
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'ks',
  'ps',
  'sd',
  'syr',
  'ug',
  'ur',
  'yi',
]);

class Locale {
  /** BCP 47 tag for dates and numbers, such as `en-GB`. */
  tag = $state('en');
  /** The catalogue in use. */
  language = $state.raw<Language>('en');
  /** Direction of the page. */
  dir = $derived(direction(this.tag));
}

export const locale = new Locale();

export function direction(tag: string): 'ltr' | 'rtl' {
  return rightToLeft.has(subtag(tag)) ? 'rtl' : 'ltr';
}

/**
 * The tag and the catalogue for what a person wants, first wish first. The region of a wish that has no catalogue still
 * shapes dates and numbers only if its language has one: words and dates of two languages in one line are hard to read.
 */
export function choose(wishes: readonly string[]): { tag: string; language: Language } {
  for (const wish of wishes) {
    const language = languages.find((known) => known === subtag(wish));
    if (language && supported(wish)) return { tag: wish, language };
  }
  return { tag: 'en', language: 'en' };
}

function subtag(tag: string): string {
  return tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
}

function supported(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
