import { expect, test } from 'vitest';
import { Roll } from './roll';
import { Selection } from './selection.svelte';

function roll(...ids: string[]): Roll {
  const column = <Value>(value: Value) => ids.map(() => value);
  return new Roll({
    ids,
    tags: '',
    days: column(1),
    ratios: column(1000),
    marks: column(0),
    seconds: [],
    months: [],
  });
}

const six = roll('a', 'b', 'c', 'd', 'e', 'f');

test.each<[string, (selection: Selection) => void, string]>([
  ['nothing', () => {}, ''],
  ['one', (it) => it.only(2), 'c'],
  ['another instead', (it) => (it.only(2), it.only(3)), 'd'],
  ['two', (it) => (it.only(2), it.toggle(4)), 'ce'],
  ['one again', (it) => (it.only(2), it.toggle(4), it.toggle(2)), 'e'],
  ['a range', (it) => (it.only(1), it.reach(3)), 'bcd'],
  ['a range that turns round', (it) => (it.only(3), it.reach(5), it.reach(1)), 'bcd'],
  ['two ranges', (it) => (it.only(0), it.reach(1), it.toggle(4), it.reach(5, true)), 'abef'],
  ['a range from nowhere', (it) => it.reach(3), 'd'],
  ['a day', (it) => it.set(1, 4, true), 'bcd'],
  ['a day no longer', (it) => (it.all(), it.set(1, 4, false)), 'aef'],
  ['all', (it) => it.all(), 'abcdef'],
  ['none', (it) => (it.all(), it.clear()), ''],
])('%s', (_, act, chosen) => {
  const selection = new Selection(six);
  act(selection);
  expect(selection.ids().join('')).toBe(chosen);
  expect(selection.count).toBe(chosen.length);
  six.ids.forEach((id, index) => expect(selection.has(index)).toBe(chosen.includes(id)));
});

test('parts of a day', () => {
  const selection = new Selection(six);
  selection.set(0, 2, true);
  expect([selection.part(0, 2), selection.part(1, 4), selection.part(3, 6)]).toEqual(['all', 'some', 'none']);
});

test('a roll that was read again keeps what it still has', () => {
  const selection = new Selection(six);
  selection.only(1);
  selection.reach(3);
  const again = roll('new', 'a', 'b', 'd', 'e');
  selection.carry(again);
  expect(selection.ids()).toEqual(['b', 'd']);
  selection.reach(4);
  expect(selection.ids()).toEqual(['b', 'd', 'e']);
});

test('no more than asked for', () => {
  const selection = new Selection(six);
  selection.all();
  expect(selection.ids(2)).toEqual(['a', 'b']);
});
