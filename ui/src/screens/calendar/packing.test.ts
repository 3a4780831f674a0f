import { expect, test } from 'vitest';
import type { Occurrence } from '../../ipc';
import { read, write } from './days';
import { blocks, fit, lanes, opening, order, place } from './packing';

/** `Choir 22T19:30-22T21:30`, `Holidays 20-25`: days of November 2026; without hours the end is the day after the last. */
function event(text: string): Occurrence {
  const [title = '', span = ''] = text.split(' ');
  const [start = '', end = ''] = span.split('-');
  const all_day = !span.includes('T');
  const wall = (day: string) => `2026-11-${all_day ? `${day}T00:00` : day}:00`;
  return {
    id: title,
    calendar: 0,
    title,
    place: null,
    start: wall(start),
    end: wall(end),
    all_day,
    recurs: false,
    changed: false,
    cancelled: false,
    broken: false,
    also: [],
  };
}

const placed = (texts: string[]) => texts.map((text) => place(event(text))).sort(order);
const monday = read('2026-11-16')!;

test.each<[string, string]>([
  ['a 17T09:00-17T10:00', '2026-11-17..2026-11-17 540-600'],
  ['a 17-18', '2026-11-17..2026-11-17 bar 0-1440'],
  ['a 17-20', '2026-11-17..2026-11-19 bar 0-4320'],
  ['a 17-17', '2026-11-17..2026-11-17 bar 0-1440'],
  ['night 17T22:00-18T06:00', '2026-11-17..2026-11-18 1320-1800'],
  ['midnight 17T22:00-18T00:00', '2026-11-17..2026-11-17 1320-1440'],
  ['day 17T09:00-18T09:00', '2026-11-17..2026-11-18 bar 540-1980'],
  ['point 17T09:00-17T09:00', '2026-11-17..2026-11-17 540-540'],
  ['put-back 17T02:30-17T02:15', '2026-11-17..2026-11-17 150-150'],
])('%s covers %s', (text, expected) => {
  const { first, last, bar, from, until } = place(event(text));
  expect(`${write(first)}..${write(last)} ${bar ? 'bar ' : ''}${from}-${until}`).toBe(expected);
});

/** Each lane as a line, a column for each day; `<` and `>` where a piece goes on. */
function drawn(texts: string[]): string[] {
  const lines: string[][] = [];
  for (const { placed: one, column, width, lane, before, after } of lanes(placed(texts), monday, 7)) {
    const line = (lines[lane] ??= Array.from({ length: 7 }, () => '.'));
    for (let at = column; at < column + width; at += 1) line[at] = one.it.title[0]!;
    if (before) line[column] = '<';
    if (after) line[column + width - 1] = '>';
  }
  return lines.map((line) => line.join(''));
}

test.each<{ name: string; events: string[]; lines: string[] }>([
  { name: 'nothing', events: [], lines: [] },
  { name: 'a day', events: ['a 18-19'], lines: ['..a....'] },
  { name: 'a bar over the week and beyond', events: ['a 14-26'], lines: ['<aaaaa>'] },
  { name: 'out of sight', events: ['a 14-16', 'b 23-24'], lines: [] },
  { name: 'side by side', events: ['a 16-18', 'b 18-20'], lines: ['aabb...'] },
  { name: 'longest on top', events: ['b 16-17', 'a 16-20'], lines: ['aaaa...', 'b......'] },
  { name: 'a gap is filled', events: ['a 16-19', 'b 18-21', 'c 20-22'], lines: ['aaa.cc.', '..bbb..'] },
  { name: 'times below bars', events: ['t 17T09:00-17T10:00', 'a 16-18'], lines: ['aa.....', '.t.....'] },
  { name: 'times in what is free above', events: ['t 19T09:00-19T10:00', 'a 16-18'], lines: ['aa.t...'] },
  { name: 'a night stands once', events: ['n 17T22:00-18T06:00'], lines: ['.n.....'] },
  { name: 'times in order', events: ['b 17T10:00-17T11:00', 'a 17T09:00-17T12:00'], lines: ['.a.....', '.b.....'] }, // prettier-ignore
])('lanes: $name', ({ events, lines }) => expect(drawn(events)).toEqual(lines));

test('a day of thousands has a lane for each, and one that lasts takes the first that is free on all its days', () => {
  const one = placed(['a 18T09:00-18T10:00'])[0]!;
  const many = Array.from({ length: 5_000 }, () => one);
  const found = lanes([...many, { ...one, bar: true, first: one.first - 1, last: one.first + 1 }], monday, 7);
  expect(found.map(({ lane }) => lane)).toEqual(Array.from({ length: 5_001 }, (_, lane) => lane));
});

test.each<{ name: string; events: string[]; lines: number; seen: string; more: string }>([
  { name: 'all have room', events: ['a 16-18', 'b 16-17'], lines: 2, seen: 'ab', more: '0000000' },
  { name: 'too many on one day', events: ['a 16-17', 'b 16-17', 'c 16-17'], lines: 2, seen: 'a', more: '2000000' }, // prettier-ignore
  { name: 'a bar gives way on all its days', events: ['a 16-20', 'b 17-20', 'c 17-18'], lines: 2, seen: 'a', more: '0211000' }, // prettier-ignore
  { name: 'other days keep theirs', events: ['a 16-17', 'b 16-17', 'c 16-17', 'd 18-19', 'e 18-19'], lines: 2, seen: 'ade', more: '2000000' }, // prettier-ignore
  { name: 'no room at all', events: ['a 16-17', 'b 16-17'], lines: 0, seen: '', more: '2000000' },
])('fit: $name', ({ events, lines, seen, more }) => {
  const found = fit(lanes(placed(events), monday, 7), 7, lines);
  expect(found.pieces.map(({ placed: one }) => one.it.title).join('')).toBe(seen);
  expect(found.more.join('')).toBe(more);
});

test.each<{ name: string; events: string[]; blocks: string[]; crowds?: string[] }>([
  { name: 'nothing', events: [], blocks: [] },
  { name: 'one', events: ['a 17T09:00-17T10:00'], blocks: ['a 540-600 0+1/1'] },
  { name: 'one after the other', events: ['a 17T09:00-17T10:00', 'b 17T10:00-17T11:00'], blocks: ['a 540-600 0+1/1', 'b 600-660 0+1/1'] }, // prettier-ignore
  { name: 'two at once', events: ['a 17T09:00-17T10:00', 'b 17T09:30-17T11:00'], blocks: ['a 540-600 0+1/2', 'b 570-660 1+1/2'] }, // prettier-ignore
  {
    name: 'a place that is free again is taken, and what is free beside is used',
    events: ['a 17T09:00-17T12:00', 'b 17T09:00-17T10:00', 'c 17T09:30-17T10:00', 'd 17T10:30-17T11:30'],
    blocks: ['a 540-720 0+1/3', 'b 540-600 1+1/3', 'c 570-600 2+1/3', 'd 630-690 1+2/3'],
  },
  { name: 'a moment has room', events: ['a 17T09:00-17T09:00', 'b 17T09:10-17T09:20'], blocks: ['a 540-565 0+1/2', 'b 550-575 1+1/2'] }, // prettier-ignore
  { name: 'the end of the day', events: ['a 17T23:55-17T23:58'], blocks: ['a 1415-1440 0+1/1'] },
  { name: 'since yesterday', events: ['n 16T22:00-17T06:00'], blocks: ['n< 0-360 0+1/1'] },
  { name: 'into tomorrow', events: ['n 17T22:00-18T06:00'], blocks: ['n> 1320-1440 0+1/1'] },
  { name: 'bars stand elsewhere', events: ['a 17-18'], blocks: [] },
  {
    name: 'a crowd',
    events: ['a 17T09:00-17T12:00', ...[...'bcdef'].map((name) => `${name} 17T09:30-17T10:00`)],
    blocks: ['a 540-720 0+1/4', 'b 570-600 1+1/4', 'c 570-600 2+1/4'],
    crowds: ['3 570-600 3/4'],
  },
])('blocks: $name', ({ events, blocks: expected, crowds = [] }) => {
  const found = blocks(placed(events), monday + 1, 4);
  const texts = found.blocks.map(
    ({ placed: one, from, until, column, width, columns, before, after }) =>
      `${one.it.title}${before ? '<' : ''}${after ? '>' : ''} ${from}-${until} ${column}+${width}/${columns}`,
  );
  expect(texts).toEqual(expected);
  expect(
    found.crowds.map(
      ({ count, from, until, column, columns }) => `${count} ${from}-${until} ${column}/${columns}`,
    ),
  ).toEqual(crowds);
});

test('very many are packed in good time', () => {
  const events = Array.from({ length: 5000 }, (_, at) =>
    place(
      event(`${at} ${String(16 + (at % 7))}T${String(at % 24).padStart(2, '0')}:00-${16 + (at % 7)}T23:59`),
    ),
  ).sort(order);
  const began = performance.now();
  fit(lanes(events, monday, 7), 7, 5);
  for (let day = 0; day < 7; day += 1) blocks(events, monday + day, 4);
  expect(performance.now() - began).toBeLessThan(2000);
});

test.each<[number[], number | null, number]>([
  [[], null, 480],
  [[420, 900], null, 420],
  [[600], null, 480],
  [[600], 1200, 480],
  [[600], 300, 180],
  [[600], 60, 0],
])('a week with events at %j opens, at minute %s of today, at %s', (starts, now, minute) => {
  expect(opening(starts, now)).toBe(minute);
});
