import { expect, test } from 'vitest';
import type { Month } from './layout';
import { monthAtTop, monthByKey, yearMarks } from './scrubber';

const months: Month[] = [
  [2026, 10],
  [2026, 3],
  [2025, 11],
  [2025, 0],
  [2022, 5],
].map(([year, month], at) => ({
  month: year! * 12 + month!,
  first: at * 10,
  end: at * 10 + 10,
  top: at * 1000,
}));

test.each([
  ['ArrowDown', 0, 1],
  ['ArrowDown', 4, 4],
  ['ArrowUp', 0, 0],
  ['ArrowUp', 3, 2],
  ['Home', 3, 0],
  ['End', 0, 4],
  ['PageDown', 0, 2],
  ['PageDown', 2, 4],
  ['PageDown', 4, 4],
  ['PageUp', 3, 2],
  ['PageUp', 2, 0],
  ['PageUp', 1, 0],
  ['PageUp', 0, 0],
  ['x', 0, undefined],
] as const)('%s from month %i leads to %s', (key, from, to) => {
  expect(monthByKey(key, months, from)).toBe(to);
});

test('months of one band are left together', () => {
  const shared = months.map((month, at) => ({ ...month, top: at < 3 ? 0 : 1000 }));
  expect(monthByKey('ArrowUp', shared, 4)).toBe(2);
  expect(monthByKey('ArrowUp', shared, 2)).toBe(0);
});

test.each([
  [0, 0],
  [999, 0],
  [1000, 1],
  [9999, 4],
])('at %i is month %i', (top, month) => {
  expect(monthAtTop(months, top)).toBe(month);
});

test('years that would touch lose their number, not their mark', () => {
  const marks = (length: number) => yearMarks(months, 5000, length).map(({ year, label }) => [year, label]);
  expect(marks(500)).toEqual([
    [2026, true],
    [2025, true],
    [2022, true],
  ]);
  expect(marks(40)).toEqual([
    [2026, true],
    [2025, false],
    [2022, false],
  ]);
});
