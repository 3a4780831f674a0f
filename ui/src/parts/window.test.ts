import { expect, test } from 'vitest';
import { rowByKey, rowsInSight, topFor } from './window';

test.each<[string, Parameters<typeof rowsInSight>, [number, number]]>([
  ['nothing', [0, 500, 50, 0], [0, 0]],
  ['fewer than fit', [0, 500, 50, 3], [0, 3]],
  ['the start', [0, 500, 50, 100], [0, 16]],
  ['the middle', [1000, 500, 50, 100], [14, 36]],
  ['the end of very many', [100_000 * 50 - 500, 500, 50, 100_000], [99_984, 100_000]],
  ['a scroll position that is no longer there', [5000, 500, 50, 10], [10, 10]],
])('in sight: %s', (_, input, [first, end]) => {
  expect(rowsInSight(...input)).toEqual({ first, end });
});

test.each<[string, number, number, number | undefined]>([
  ['ArrowDown', -1, 10, 0],
  ['ArrowDown', 9, 10, 9],
  ['ArrowUp', 0, 10, 0],
  ['ArrowUp', -1, 10, 9],
  ['PageDown', 2, 10, 7],
  ['PageUp', 2, 10, 0],
  ['Home', 7, 10, 0],
  ['End', 7, 10, 9],
  ['x', 7, 10, undefined],
  ['ArrowDown', -1, 0, undefined],
])('%s from %i of %i', (key, active, count, expected) => {
  expect(rowByKey(key, active, count, 5)).toBe(expected);
});

test.each<[number, number, number]>([
  [0, 120, 0],
  [3, 120, 120],
  [20, 0, 550],
])('row %i seen from %i', (index, top, expected) => {
  expect(topFor(index, top, 500, 50)).toBe(expected);
});
