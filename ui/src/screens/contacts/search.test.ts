import { expect, test } from 'vitest';
import type { Person } from '../../ipc';
import { headings, letterOf, listed, narrowed, parts, startingWith, thinned, type Narrowing } from './search';

const person = (name: string, more: Partial<Person> = {}): Person => ({
  id: name,
  name,
  note: '',
  key: name.toLowerCase(),
  text: name.toLowerCase(),
  portrait: null,
  phone: 'android:1',
  collection: 'book',
  present: true,
  derived: false,
  also: [],
  ...more,
});

const everyone: Narrowing = { text: '', phones: null, collection: null, presence: 'all', copies: false };

test.each([
  ['', []],
  ['  Zoë  Grün ', ['zoe', 'grun']],
  ['+49 40 (5550) 0-1', ['4940555001']],
  ['0171/22', ['017122']],
  ['24/7 shop', ['24/7', 'shop']],
  ['+', []],
])('%j is looked for as %j', (text, wanted) => {
  expect(parts(text)).toEqual(wanted);
});

test.each([
  ['anna', 'A'],
  ['ørsted', 'Ø'],
  ['中村', '中'],
  ['محمد', 'م'],
  ['🦊', '#'],
  ['<b>bobby', '#'],
  ['7 dwarfs', '#'],
  ['', '#'],
])('%j stands under %s', (key, letter) => {
  expect(letterOf(key)).toBe(letter);
});

test('names without a letter come last, and each letter has one heading', () => {
  const all = listed(['', '7', 'ada', 'ben', 'bo', '🦊'].map((name) => person(name)));
  expect(all.map(({ person: { name } }) => name)).toEqual(['ada', 'ben', 'bo', '', '7', '🦊']);
  expect(headings(all)).toEqual([
    { letter: 'A', first: 0 },
    { letter: 'B', first: 1 },
    { letter: '#', first: 3 },
  ]);
});

const few = listed([
  person('ada', { text: 'ada 4940 123', also: [{ id: 'a', phone: 'android:2', collection: 'server' }] }),
  person('ben', { present: false }),
  person('cara', { phone: 'android:2', collection: 'other' }),
  person('copy', { derived: true }),
]);

test.each<[Partial<Narrowing>, string[]]>([
  [{}, ['ada', 'ben', 'cara']],
  [{ copies: true }, ['ada', 'ben', 'cara', 'copy']],
  [{ presence: 'present' }, ['ada', 'cara']],
  [{ presence: 'gone' }, ['ben']],
  [{ phones: ['android:2'] }, ['ada', 'cara']],
  [{ phones: ['android:2'], collection: 'book' }, []],
  [{ phones: ['android:1'], presence: 'present' }, ['ada']],
  [{ collection: 'other' }, ['cara']],
  [{ collection: 'server' }, ['ada']],
  [{ text: '+49 40' }, ['ada']],
  [{ text: 'A a' }, ['ada', 'cara']],
  [{ text: 'nobody' }, []],
])('narrowed by %o', (by, names) => {
  expect(narrowed(few, { ...everyone, ...by }).map(({ person: { name } }) => name)).toEqual(names);
});

test('10,000 people are searched well under a frame', () => {
  const many = listed(Array.from({ length: 10_000 }, (_, at) => person(`person ${at}`)));
  // The best of five: the machine may be busy with other things.
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    expect(narrowed(many, { ...everyone, text: 'n 999' }).length).toBe(19);
    return performance.now() - began;
  });
  expect(Math.min(...times)).toBeLessThan(15);
});

test.each([
  [[1, 2, 3], 5, [1, 2, 3]],
  [[1, 2, 3, 4, 5], 3, [1, 3, 5]],
  [[1, 2, 3], 1, [1]],
  [[1, 2, 3], 0, []],
])('%j thinned to %d', (all, most, left) => {
  expect(thinned(all, most)).toEqual(left);
});

test('letters typed lead to the first name that begins so', () => {
  expect(startingWith(few, 'B')).toBe(1);
  expect(startingWith(few, 'x')).toBeUndefined();
});
