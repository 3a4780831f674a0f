import { expect, test } from 'vitest';
import {
  addMonths,
  days,
  minutes,
  monthStart,
  parts,
  read,
  today,
  weekday,
  weekNumber,
  weekStart,
  write,
} from './days';

const day = (text: string) => read(text)!;

test.each([
  ['2026-11-22', '2026-11-22'],
  ['2026-11-22T23:59:59', '2026-11-22'],
  ['1969-12-31', '1969-12-31'],
  ['0001-01-01', '0001-01-01'],
  ['2024-02-29', '2024-02-29'],
])('%s is a day', (text, expected) => {
  expect(write(day(text))).toBe(expected);
});

test.each(['2026-02-29', '2026-13-01', '22.11.2026', '2026-11-22x', '', null, undefined])(
  '%s is none',
  (text) => expect(read(text)).toBeNull(),
);

test.each<[string, number, string]>([
  ['2026-11-22', 1, '2026-11-16'],
  ['2026-11-22', 7, '2026-11-22'],
  ['2026-11-16', 1, '2026-11-16'],
  ['2026-11-16', 6, '2026-11-14'],
  ['1969-12-30', 1, '1969-12-29'],
])('the week of %s that begins on %i begins %s', (text, first, expected) => {
  expect(write(weekStart(day(text), first))).toBe(expected);
});

test.each<[string, number, string]>([
  ['2026-01-31', 1, '2026-02-28'],
  ['2024-01-31', 1, '2024-02-29'],
  ['2026-11-22', 2, '2027-01-22'],
  ['2026-01-15', -1, '2025-12-15'],
  ['2026-03-31', -1, '2026-02-28'],
  ['2026-11-22', -24, '2024-11-22'],
])('%s and %i months is %s', (text, count, expected) => {
  expect(write(addMonths(day(text), count))).toBe(expected);
});

test.each<[string, number]>([
  ['2026-01-01', 1],
  ['2027-01-01', 53],
  ['2026-11-22', 47],
  ['2025-12-29', 1],
])('%s is in week %i', (text, expected) => expect(weekNumber(day(text))).toBe(expected));

test('the rest', () => {
  expect(weekday(day('2026-11-22'))).toBe(7);
  expect(weekday(day('2026-11-23'))).toBe(1);
  expect(write(monthStart(day('2026-11-22')))).toBe('2026-11-01');
  expect(parts(day('2026-11-22'))).toEqual([2026, 11, 22]);
  expect(days(3, 6)).toEqual([3, 4, 5]);
  expect(days(6, 3)).toEqual([]);
  expect(minutes('2026-11-22T10:30:00')).toBe(630);
  expect(minutes('2026-11-22')).toBe(0);
});

test('a day here is the day of the clock here', () => {
  expect(write(today(new Date('2026-11-22T23:30:00Z')))).toBe('2026-11-23');
  expect(write(today(new Date('2026-07-22T21:59:00Z')))).toBe('2026-07-22');
});
