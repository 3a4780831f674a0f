import { expect, test } from 'vitest';
import type { ExportLoss } from '../../ipc';
import { fileName, grouped, leftByReason } from './losses';

const field = (
  property: string,
  fate: 'dropped' | 'moved' | 'ignored' | 'reduced',
  items = 1,
): ExportLoss => ({
  lost: 'field',
  property,
  fate,
  items,
  examples: [],
});

const nameOf = (loss: ExportLoss) =>
  loss.lost === 'field' ? loss.property : loss.lost === 'picture' ? loss.reduced : '';

test.each<{ name: string; losses: ExportLoss[]; expected: string[] }>([
  { name: 'nothing', losses: [], expected: [] },
  {
    name: 'what is not read is lost, and what hits most comes first',
    losses: [field('PHOTO', 'ignored', 2), field('X-ABLABEL', 'dropped', 7)],
    expected: ['lost X-ABLABEL PHOTO'],
  },
  {
    name: 'lost, less exact, moved, pictures',
    losses: [
      { lost: 'picture', reduced: 'frames', items: 1, examples: [] },
      { lost: 'address', items: 2, examples: [] },
      field('IMPP', 'moved'),
      field('BDAY', 'reduced'),
      field('RELATED', 'ignored'),
    ],
    expected: ['lost RELATED', 'elsewhere ', 'reduced BDAY', 'moved IMPP', 'picture frames'],
  },
])('$name', ({ losses, expected }) => {
  const found = grouped(losses).map(({ outcome, losses: own }) => [outcome, ...own.map(nameOf)].join(' '));
  expect(found).toEqual(expected);
});

test('what is left out, by reason', () => {
  const left = [
    { id: '1', title: 'a', why: 'damaged' as const },
    { id: '2', title: 'b', why: 'empty' as const },
    { id: '3', title: 'c', why: 'empty' as const },
  ];
  expect(leftByReason(left).map(({ why, items }) => [why, items.length])).toEqual([
    ['empty', 2],
    ['damaged', 1],
  ]);
});

test.each([
  ['/home/mira/Contacts.vcf', 'Contacts.vcf'],
  ['C:\\Users\\mira\\Contacts.vcf', 'Contacts.vcf'],
  ['Contacts.vcf', 'Contacts.vcf'],
])('%s is called %s', (path, name) => expect(fileName(path)).toBe(name));
