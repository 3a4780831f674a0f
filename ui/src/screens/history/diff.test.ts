import { expect, test } from 'vitest';
import { differences, type Field } from './diff';

/** `phones Mobile 123` is a number with the label Mobile. */
function fields(...lines: string[]): Field[] {
  return lines.map((line) => {
    const [kind = '', label = '', text = ''] = line.split(' ');
    return { kind, label, text };
  });
}

const side = (field: Field | null) => (field ? `${field.label} ${field.text}` : null);

test.each<[string, Field[], Field[], [string | null, string | null][]]>([
  ['nothing', fields('phones Mobile 1'), fields('phones Mobile 1'), []],
  [
    'another order',
    fields('phones Mobile 1', 'phones Home 2'),
    fields('phones Home 2', 'phones Mobile 1'),
    [],
  ],
  ['added', [], fields('phones Mobile 1'), [[null, 'Mobile 1']]],
  ['removed', fields('phones Mobile 1'), [], [['Mobile 1', null]]],
  ['another value', fields('phones Mobile 1'), fields('phones Mobile 2'), [['Mobile 1', 'Mobile 2']]],
  ['another label', fields('phones Mobile 1'), fields('phones Work 1'), [['Mobile 1', 'Work 1']]],
  [
    'both: one went, one came',
    fields('phones Mobile 1'),
    fields('phones Work 2'),
    [
      [null, 'Work 2'],
      ['Mobile 1', null],
    ],
  ],
  [
    'the second of two equal ones went',
    fields('phones Mobile 1', 'phones Mobile 1'),
    fields('phones Mobile 1'),
    [['Mobile 1', null]],
  ],
  [
    'one changed among equals',
    fields('phones Work 1', 'phones Work 2'),
    fields('phones Work 1', 'phones Work 3'),
    [['Work 2', 'Work 3']],
  ],
  [
    'kinds do not mix',
    fields('phones Home 1'),
    fields('emails Home 1'),
    [
      [null, 'Home 1'],
      ['Home 1', null],
    ],
  ],
])('%s', (_, before, after, expected) => {
  expect(differences(before, after).map((one) => [side(one.before), side(one.after)])).toEqual(expected);
});

test('what is compared may be another thing than what is shown', () => {
  const picture = (key: string): Field[] => [{ kind: 'photo', label: 'Picture', text: '720 × 720', key }];
  expect(differences(picture('a'), picture('a'))).toEqual([]);
  expect(differences(picture('a'), picture('b'))).toHaveLength(1);
});

test('10,000 numbers that all changed are compared in a moment', () => {
  const numbers = (from: number) =>
    Array.from({ length: 10_000 }, (_, at) => ({ kind: 'phones', label: 'Work', text: String(from + at) }));
  const began = performance.now();
  expect(differences(numbers(0), numbers(5_000))).toHaveLength(5_000);
  expect(performance.now() - began).toBeLessThan(500);
});
