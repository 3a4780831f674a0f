import { expect, test } from 'vitest';
import { hue, initials } from './avatar';

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Ludwig van der Rohe', 'LR'],
  ['', ''],
  ['  ', ''],
  ['+49 30 1234', '41'],
  ['🦊', '🦊'],
  ['👩‍👩‍👧 Family', '👩‍👩‍👧F'],
  ['مريم الخطيب', 'م'],
  ['"Dr." Who', 'DW'],
  ['---', ''],
])('%s', (name, expected) => {
  expect(initials(name)).toBe(expected);
});

test('a colour is always one of eight, and all are used', () => {
  const seen = new Set(Array.from({ length: 200 }, (_, at) => hue(`person ${at}`)));
  expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
