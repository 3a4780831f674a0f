import { expect, test } from 'vitest';
import { outer, read, write, type Place } from './place';

const place = (
  screen: Place['screen'],
  id: string | null = null,
  query: Record<string, string> = {},
): Place => ({
  screen,
  id,
  query,
});

test.each<[string, Place]>([
  ['', place('home')],
  ['#', place('home')],
  ['#/', place('home')],
  ['#/photos', place('photos')],
  ['#/nowhere/3', place('home')],
  ['#/contacts/4f2a', place('contacts', '4f2a')],
  ['#/contacts/a%2Fb%3Fc', place('contacts', 'a/b?c')],
  ['#/contacts/%E0%A4%A', place('contacts', '%E0%A4%A')],
  ['#/photos?asOf=2024-03-01&q=sea%20side', place('photos', null, { asOf: '2024-03-01', q: 'sea side' })],
])('%s is read', (hash, expected) => {
  expect(read(hash)).toEqual(expected);
});

test.each<Place>([
  place('home'),
  place('contacts', 'a/b?c#d %'),
  place('calendar', null, { view: 'week', q: 'Ünï & = ?' }),
  place('history', 'run 7', { kind: 'photo' }),
])('%o comes back', (there) => {
  expect(read(write(there))).toEqual(there);
});

test.each<[string, Place, Place | null]>([
  [
    'the thing first',
    place('photos', '1', { q: 'sea', asOf: 'x' }),
    place('photos', null, { q: 'sea', asOf: 'x' }),
  ],
  ['then what narrows', place('photos', null, { q: 'sea', asOf: 'x' }), place('photos', null, { asOf: 'x' })],
  ['then the day', place('photos', null, { asOf: 'x' }), place('photos')],
  ['and then no further', place('photos'), null],
])('outwards: %s', (_, from, to) => {
  expect(outer(from)).toEqual(to);
});
