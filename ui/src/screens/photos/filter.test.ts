import { expect, test } from 'vitest';
import { filterOf, isNarrow, narrowingOf } from './filter';

const all = { kinds: [], phone: null, favourites: false, screenshots: false, gone: false, as_of: null };

test.each([
  [{}, all],
  [{ kind: 'film' }, { ...all, kinds: ['film'] }],
  [{ kind: 'nonsense', q: 'x' }, all],
  [
    { phone: 'p1', gone: '1' },
    { ...all, phone: 'p1', gone: true },
  ],
  [
    { phone: '', favourites: '1', screenshots: '0' },
    { ...all, favourites: true },
  ],
])('%j', (query, filter) => {
  const narrowing = narrowingOf(query as Record<string, string>);
  expect(filterOf(narrowing, null)).toEqual(filter);
  expect(isNarrow(narrowing)).toBe(filter !== all);
});

test('a day is looked at as it ended', () => {
  const asOf = (day: string) => filterOf(narrowingOf({}), day).as_of;
  expect(asOf('2024-03-04')).toBe('2024-03-04T22:59:59.999Z');
  expect(asOf('2024-07-04')).toBe('2024-07-04T21:59:59.999Z');
  expect(asOf('2024-07-04T10:00:00Z')).toBe('2024-07-04T10:00:00Z');
});
