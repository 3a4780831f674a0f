// The words of the app in the language in use. `t.photos.title` is text; `t.common.contacts(3)` is a plural. Reading `t` in
// a template or a $derived follows a change of language. English is the shape: a key that another language lacks, or has
// too much, is a type error.

import * as en from './en';
import { choose, locale, type Language } from './locale.svelte';

export type Words = { readonly [Area in keyof typeof en]: (typeof en)[Area] };

/** Each language but English is loaded when it is first wanted. */
const catalogues: Record<Language, () => Promise<Words>> = {
  en: async () => en,
  de: () => import('./de'),
};

let current = $state.raw<Words>(en);

export const t: Words = new Proxy({} as Words, {
  get: (_, area) => current[area as keyof Words],
});

/** Speaks the language of the first wish that has a catalogue: BCP 47 tags, such as `navigator.languages`. */
export async function speak(wishes: readonly string[]): Promise<void> {
  const { tag, language } = choose(wishes);
  const words = await catalogues[language]();
  current = words;
  locale.tag = tag;
  locale.language = language;
}
