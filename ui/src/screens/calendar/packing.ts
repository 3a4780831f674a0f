// Where occurrences stand in the grids: bars over the days of a week, lines in the days of a month, and blocks beside each other in a
// day of hours. Pure.

import type { Occurrence } from '../../ipc';
import { minutes, read, type Day } from './days';

/** An occurrence with the days it covers. */
export interface Placed {
  readonly it: Occurrence;
  readonly first: Day;
  /** The last day that it covers. */
  readonly last: Day;
  /** It is a bar over its days: whole days, or as long as a day. Otherwise it has a time of its day. */
  readonly bar: boolean;
  /** Minutes from the first midnight of its first day to its end. */
  readonly from: number;
  readonly until: number;
  /** Tells it from all others that are shown. */
  readonly key: string;
}

const dayMinutes = 1440;

/** Adds the days that an occurrence covers. Its end may lie before its start by the clock, where clocks are put back. */
export function place(it: Occurrence): Placed {
  const first = read(it.start) ?? 0;
  const from = it.all_day ? 0 : minutes(it.start);
  const end = (read(it.end) ?? first) * dayMinutes + (it.all_day ? 0 : minutes(it.end));
  const until = Math.max(from, end - first * dayMinutes, it.all_day ? dayMinutes : 0);
  const last = first + Math.max(0, Math.ceil(until / dayMinutes) - 1);
  const bar = it.all_day || until - from >= dayMinutes;
  return { it, first, last, bar, from, until, key: `${it.id} ${it.start}` };
}

/** Bars first, longest first, then by time: the order in which days are filled. */
export function order(a: Placed, b: Placed): number {
  if (a.bar !== b.bar) return a.bar ? -1 : 1;
  if (a.bar) return a.first - b.first || b.last - a.last || compare(a.it.title, b.it.title);
  return a.first - b.first || a.from - b.from || b.until - a.until || compare(a.it.title, b.it.title);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A piece of an occurrence in one week. */
export interface Piece {
  readonly placed: Placed;
  /** Day of the week, from 0. */
  readonly column: number;
  /** Days wide. */
  readonly width: number;
  /** Line from the top, from 0. */
  readonly lane: number;
  /** It goes on before and after this week. */
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * The occurrences of some days in lanes: each takes the first that is free over all its days. What has a time takes one day,
 * that of its start, so that a night shift stands once.
 */
export function lanes(sorted: readonly Placed[], first: Day, count: number): Piece[] {
  /** For each lane, which of its days are taken: a bit for each. */
  const taken: number[] = [];
  /** For each day, how many lanes are taken from the first on: a day of hundreds is not searched from there each time. */
  const full = Array.from({ length: count }, () => 0);
  const pieces: Piece[] = [];
  for (const placed of sorted) {
    const last = placed.bar ? placed.last : placed.first;
    if (placed.first >= first + count || last < first) continue;
    const column = Math.max(0, placed.first - first);
    const end = Math.min(count, last - first + 1);
    const days = ((1 << (end - column)) - 1) << column;
    let lane = Math.max(...full.slice(column, end));
    while ((taken[lane] ?? 0) & days) lane += 1;
    taken[lane] = (taken[lane] ?? 0) | days;
    for (let day = column; day < end; day += 1) while ((taken[full[day]!] ?? 0) & (1 << day)) full[day]! += 1;
    pieces.push({
      placed,
      column,
      width: end - column,
      lane,
      before: placed.first < first,
      after: last >= first + count,
    });
  }
  return pieces;
}

/** What of some days' lanes can be seen where only so many lines have room. */
export interface Seen {
  readonly pieces: readonly Piece[];
  /** For each day, how many are not seen. */
  readonly more: readonly number[];
}

/** Leaves away what has no room. The last line of a day that is too full says how many more there are. */
export function fit(pieces: readonly Piece[], count: number, lines: number): Seen {
  const room = Math.max(1, lines);
  const full = Array.from({ length: count }, () => false);
  const over = (piece: Piece, days: boolean[]) =>
    days.slice(piece.column, piece.column + piece.width).includes(true);
  for (const piece of pieces)
    if (piece.lane >= room) full.fill(true, piece.column, piece.column + piece.width);
  const more = Array.from({ length: count }, () => 0);
  const seen: Piece[] = [];
  for (const piece of pieces) {
    const hidden = piece.lane >= room || (piece.lane === room - 1 && over(piece, full));
    if (!hidden) seen.push(piece);
    else for (let day = piece.column; day < piece.column + piece.width; day += 1) more[day]! += 1;
  }
  return { pieces: seen, more };
}

/** A block in a day of hours. */
export interface Block {
  readonly placed: Placed;
  /** Minutes from midnight, within the day. */
  readonly from: number;
  readonly until: number;
  /** Its place among those beside it: it takes `width` of `columns`, from `column` on. */
  readonly column: number;
  readonly width: number;
  readonly columns: number;
  readonly before: boolean;
  readonly after: boolean;
}

/** Blocks that have no room beside the others. */
export interface Crowd {
  readonly from: number;
  readonly until: number;
  readonly column: number;
  readonly columns: number;
  readonly count: number;
}

/** So short that less could not be read: what is shorter takes as much room. */
const least = 25;

/**
 * The blocks of one day. Those that overlap stand beside each other, each as wide as nothing hinders; more than `most` beside
 * each other become a crowd in the last column.
 */
export function blocks(
  sorted: readonly Placed[],
  day: Day,
  most: number,
): { blocks: Block[]; crowds: Crowd[] } {
  const found = { blocks: [] as Block[], crowds: [] as Crowd[] };
  let group: { placed: Placed; from: number; until: number; column: number }[] = [];
  let ends: number[] = [];

  const close = () => {
    const columns = Math.min(ends.length, most);
    const crowded = ends.length > most;
    const apart = crowded ? group.filter(({ column }) => column >= most - 1) : [];
    for (const one of group) {
      if (apart.includes(one)) continue;
      const reach = columns - (crowded ? 1 : 0);
      let width = 1;
      while (one.column + width < reach && !group.some((other) => hinders(one, other, one.column + width)))
        width += 1;
      found.blocks.push({
        placed: one.placed,
        from: one.from,
        until: one.until,
        column: one.column,
        width,
        columns,
        before: one.placed.first < day,
        after: one.placed.until > (day - one.placed.first + 1) * dayMinutes,
      });
    }
    if (apart.length > 0)
      found.crowds.push({
        from: Math.min(...apart.map(({ from }) => from)),
        until: Math.max(...apart.map(({ until }) => until)),
        column: columns - 1,
        columns,
        count: apart.length,
      });
    group = [];
    ends = [];
  };

  const parts = sorted
    .filter(({ bar, first, last }) => !bar && first <= day && last >= day)
    .map((placed) => {
      const shift = (day - placed.first) * dayMinutes;
      const from = Math.min(Math.max(0, placed.from - shift), dayMinutes - least);
      return { placed, from, until: Math.min(dayMinutes, Math.max(placed.until - shift, from + least)) };
    })
    .sort((a, b) => a.from - b.from || b.until - a.until);
  for (const part of parts) {
    if (ends.every((end) => end <= part.from)) close();
    let column = ends.findIndex((end) => end <= part.from);
    if (column < 0) column = ends.length;
    ends[column] = part.until;
    group.push({ ...part, column });
  }
  close();
  return found;
}

function hinders(
  one: { from: number; until: number },
  other: { from: number; until: number; column: number },
  column: number,
): boolean {
  return other.column === column && other.from < one.until && other.until > one.from;
}

/**
 * Minutes since midnight at which a week of hours opens: the morning, or what begins before it. `now`: the minute that it
 * is, where today is in the week.
 */
export function opening(starts: readonly number[], now: number | null): number {
  return Math.max(0, Math.min(8 * 60, ...starts, ...(now === null ? [] : [now - 120])));
}
