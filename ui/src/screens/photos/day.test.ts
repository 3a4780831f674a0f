import { expect, test } from 'vitest';
import { dayAt, monthAt, monthOf } from './day';

test.each([
  [0, '1970-01-01'],
  [-1, '1969-12-31'],
  [20_768, '2026-11-11'],
  [19_723, '2024-01-01'],
  [19_812, '2024-03-30'],
  [19_813, '2024-03-31'],
])('day %i is %s', (day, text) => {
  const at = dayAt(day);
  const two = (value: number) => String(value).padStart(2, '0');
  expect(`${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`).toBe(text);
  expect(at.getHours()).toBe(0);
  const month = monthAt(monthOf(day));
  expect(`${month.getFullYear()}-${two(month.getMonth() + 1)}`).toBe(text.slice(0, 7));
});
