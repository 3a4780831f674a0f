// The list of people: in which order, under which letter, and which of them a search leaves. Pure.

import type { Person } from '../../ipc';

/** A person as the list has them. */
export interface Listed {
  readonly person: Person;
  /** What it stands under: a letter, or `#` for a name that begins with none. */
  readonly letter: string;
}

export interface Narrowing {
  /** What is searched for. */
  readonly text: string;
  /** Any of these phones and accounts; null: all. */
  readonly phones: readonly string[] | null;
  readonly collection: string | null;
  readonly presence: 'all' | 'present' | 'gone';
  /** Copies that a messenger or the SIM made, too. */
  readonly copies: boolean;
}

export interface Heading {
  readonly letter: string;
  /** Index of its first person. */
  readonly first: number;
}

/** Without marks and case, as the engine folds `Person.text`. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** What must all be found. A number is looked for by its digits, however it is grouped. */
export function parts(text: string): string[] {
  const folded = fold(text).trim();
  if (/^[+\d][\d\s()/.-]*$/.test(folded)) return [folded.replace(/\D/g, '')].filter(Boolean);
  return folded.split(/\s+/).filter(Boolean);
}

export function letterOf(key: string): string {
  const [first] = key.trimStart();
  return first !== undefined && /\p{L}/u.test(first) ? first.toLocaleUpperCase() : '#';
}

/** In the engine's order, except that names without a letter come last, as in every address book. */
export function listed(people: readonly Person[]): Listed[] {
  const all = people.map((person) => ({ person, letter: letterOf(person.key) }));
  return [...all.filter(({ letter }) => letter !== '#'), ...all.filter(({ letter }) => letter === '#')];
}

/** Where somebody is: the one that is shown, and the same from other sources. */
export function sourcesOf(person: Person): readonly Pick<Person, 'id' | 'phone' | 'collection'>[] {
  return [person, ...person.also];
}

/** The names of the address books, in their order. */
export function collectionsOf(people: readonly Person[]): string[] {
  return [...new Set(people.flatMap(sourcesOf).map(({ collection }) => collection))].sort();
}

export function narrowed(all: readonly Listed[], by: Narrowing): readonly Listed[] {
  const wanted = parts(by.text);
  return all.filter(
    ({ person }) =>
      (by.copies || !person.derived) &&
      (by.presence === 'all' || person.present === (by.presence === 'present')) &&
      sourcesOf(person).some(
        ({ phone, collection }) =>
          (by.phones === null || by.phones.includes(phone)) &&
          (by.collection === null || collection === by.collection),
      ) &&
      wanted.every((part) => person.text.includes(part)),
  );
}

/** The letters that there are, each with its first person. */
export function headings(shown: readonly Listed[]): Heading[] {
  const found: Heading[] = [];
  shown.forEach(({ letter }, first) => {
    if (letter !== found.at(-1)?.letter) found.push({ letter, first });
  });
  return found;
}

/** At most so many of them, evenly spread, the first and the last always. */
export function thinned<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  if (most < 2) return all.slice(0, Math.max(0, most));
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))] as T);
}

/** The first person whose name begins so, for letters typed in the list. */
export function startingWith(shown: readonly Listed[], text: string): number | undefined {
  const start = fold(text);
  const found = shown.findIndex(
    ({ person }) => person.key.startsWith(start) || fold(person.name).startsWith(start),
  );
  return found < 0 ? undefined : found;
}
