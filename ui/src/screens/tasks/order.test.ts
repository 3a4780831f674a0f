import { expect, test } from 'vitest';
import type { TaskRow } from '../../ipc';
import { dueOf, narrowed, openByList, ordered } from './order';

const now = new Date('2026-03-04T12:00:00');

test.each([
  [null, null],
  ['no date', null],
  ['2026-03-03', 'overdue'],
  ['2026-03-04', 'today'],
  ['2026-03-05', 'tomorrow'],
  ['2026-03-06', 'later'],
  ['2026-03-04T11:59:00', 'overdue'],
  ['2026-03-04T12:01:00', 'today'],
  // Berlin is an hour ahead.
  ['2026-03-04T10:30:00Z', 'overdue'],
  ['2026-03-04T11:30:00Z', 'today'],
  // The night in which the clocks change has 23 hours.
  ['2026-03-29', 'later'],
])('due %s is %s', (due, expected) => {
  expect(dueOf(due, now)).toBe(expected);
});

const row = (title: string, more: Partial<TaskRow> = {}): TaskRow => ({
  id: title,
  list: 4,
  title,
  due: null,
  done: false,
  recurs: false,
  notes: null,
  present: true,
  also: [],
  ...more,
});

const rows = [
  row('b'),
  row('later', { due: '2026-05-01' }),
  row('soon', { due: '2026-03-04T09:00:00', list: 5 }),
  row('a'),
  row('did', { done: true, list: 5 }),
];

test('what is due first comes first, the rest keeps its order', () => {
  expect(ordered(rows).map(({ title }) => title)).toEqual(['soon', 'later', 'b', 'a', 'did']);
});

test.each([
  [{ list: null, done: false }, ['b', 'later', 'soon', 'a']],
  [{ list: 5, done: false }, ['soon']],
  [{ list: 5, done: true }, ['did']],
  [{ list: 4, done: true }, []],
])('narrowed to %o', (by, titles) => {
  expect(narrowed(rows, by).map(({ title }) => title)).toEqual(titles);
});

test('open to-dos are counted by list', () => {
  expect([...openByList(rows)]).toEqual([
    [4, 3],
    [5, 1],
  ]);
});
