import { expect, test } from 'vitest';
import * as de from './de';
import { categories as germanCategories } from './de/plural';
import * as en from './en';
import { categories as englishCategories } from './en/plural';
import { choose, direction } from './locale.svelte';
import { languages, locale, speak, t } from '.';

const declared = { en: englishCategories, de: germanCategories };

test.each(languages)('%s has a text for every plural that the language knows', (language) => {
  const known = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  expect([...declared[language]].sort()).toEqual([...known].sort());
});

/** Every word with its path; a function is called with numbers and texts alike, which its template takes. */
function texts(area: object, path: string): [string, string][] {
  return Object.entries(area).flatMap(([key, word]: [string, unknown]) => {
    if (typeof word === 'string') return [[`${path}.${key}`, word]];
    if (typeof word === 'object' && word !== null) return texts(word, `${path}.${key}`);
    return [];
  });
}

test.each([
  ['en', en],
  ['de', de],
])('%s has no empty text and none that stands twice by oversight', (_, words) => {
  const all = texts(words, '');
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter(([, text]) => text.trim() !== text || text === '')).toEqual([]);
});

/** Every text of an area with its path; a function is asked for one of whatever it counts. */
function said(area: object, path: string): [string, string][] {
  return Object.entries(area).flatMap(([key, word]: [string, unknown]) => {
    const at = `${path}.${key}`;
    if (typeof word === 'function') return [[at, String((word as (n: number) => string)(1))]];
    return typeof word === 'object' && word !== null ? said(word, at) : [[at, String(word)]];
  });
}

/** What is said of any source, be it a phone, an account or a folder. */
function ofAnySource({ common, contacts, errors, history, home, reading, tasks }: typeof en | typeof de) {
  const held = { before: 300, lost: 20, changed: 20, field: 'notes' };
  const suspicions = (['emptied', 'lost', 'changed', 'field-lost', 'vanished'] as const).map((suspicion) =>
    reading.suspicion('contact', { suspicion, ...held }),
  );
  const { barNone, damagedText, neverText, noLonger, newText } = home;
  const { change, found, check, columns } = history;
  return said(
    {
      ...{
        stages: common.stages,
        gone: common.gone,
        errors: errors.kinds,
        reasons: reading.reasons,
        suspicions,
      },
      ...{ change, found, check, columns, barNone, damagedText, neverText, noLonger, newText },
      ...{ contacts: [contacts.goneSince, contacts.onlyGone, contacts.damagedText], tasks: tasks.goneSince },
    },
    '',
  );
}

/** Only a phone can be locked or trust a computer; these tell what to do with a phone, and what with an account. */
const ofPhones = /locked|trusted|unplugged.next|busy.next|refused.next|unsupported|bad-source/;

test.each([
  ['en', en],
  ['de', de],
] as const)('%s does not speak of an account as of a phone', (_, words) => {
  const all = ofAnySource(words).filter(([path]) => !ofPhones.test(path));
  expect(all.length).toBeGreaterThan(90);
  expect(all.filter(([, text]) => /phone|telefon/i.test(text))).toEqual([]);
});

test('German is German: few texts are the same in both', () => {
  const english = new Map(texts(en, ''));
  const same = texts(de, '').filter(([path, text]) => english.get(path) === text);
  expect(same.length / english.size).toBeLessThan(0.15);
});

test.each<[string[], string, string]>([
  [['de-AT', 'en'], 'de-AT', 'de'],
  [['fr-FR', 'de'], 'de', 'de'],
  [['en-GB'], 'en-GB', 'en'],
  [['fr'], 'en', 'en'],
  [['not a tag', 'de_DE', 'de'], 'de', 'de'],
  [[], 'en', 'en'],
])('wishes %o', (wishes, tag, language) => {
  expect(choose(wishes)).toEqual({ tag, language });
});

test.each([
  ['ar-EG', 'rtl'],
  ['he', 'rtl'],
  ['de', 'ltr'],
])('%s runs %s', (tag, dir) => {
  expect(direction(tag)).toBe(dir);
});

test('a change of language changes the words, the plurals and the numbers', async () => {
  await speak(['en-US']);
  expect([t.photos.title, t.common.photos(1), t.common.photos(1204), t.common.photos(0)]).toEqual([
    'Photos',
    '1 photo',
    '1,204 photos',
    'no photos',
  ]);
  await speak(['de-DE']);
  expect([t.photos.title, t.common.photos(1), t.common.photos(1204), locale.language]).toEqual([
    'Fotos',
    '1 Foto',
    '1.204 Fotos',
    'de',
  ]);
  await speak(['en-GB']);
});
