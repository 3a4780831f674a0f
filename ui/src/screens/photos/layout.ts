// Where each picture of the timeline stands: justified rows under their day, months one below the other. Days of a few
// pictures share a band, so that a quiet month is not a column of single pictures; where most months are quiet, the headings
// are years. Pure; sizes in pixels.

import { monthOf } from './day';

/** Between pictures, and between the days of one band. */
export const gap = 4;
export const dayGap = 24;
export const dayHeading = 36;
/** Of a month or a year. */
export const bigHeading = 52;
/** Under each band. */
const bandGap = 12;
/** A day is never narrower than its heading. */
const narrowest = 148;

/** One line of pictures of one day. */
export interface Row {
  readonly first: number;
  readonly end: number;
  /** Index in `days`. */
  readonly day: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  /** The width that the row fills exactly, or 0 for a row that ends where its last picture does. */
  readonly fill: number;
}

/** The block of one day: its heading and its rows. */
export interface Day {
  readonly day: number;
  readonly first: number;
  readonly end: number;
  readonly firstRow: number;
  readonly endRow: number;
  /** Of the heading. */
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export interface Month {
  /** As `monthOf` counts. */
  readonly month: number;
  readonly first: number;
  readonly end: number;
  readonly top: number;
}

/** A month's or a year's name above its first band. */
export interface Heading {
  readonly of: 'month' | 'year';
  /** As `monthOf` counts: the newest month under the heading. */
  readonly month: number;
  readonly top: number;
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly days: readonly Day[];
  readonly months: readonly Month[];
  readonly headings: readonly Heading[];
  readonly height: number;
}

/** Panoramas and strips are cropped to what a row can hold. */
function ratio(ratios: readonly number[], index: number): number {
  return Math.min(3, Math.max(0.5, (ratios[index] ?? 1000) / 1000));
}

/** `days` newest first, `ratios` width over height times 1,000, both by picture; rows about `ideal` high. */
export function layOut(
  days: readonly number[],
  ratios: readonly number[],
  width: number,
  ideal: number,
): Layout {
  const rows: Row[] = [];
  const blocks: Day[] = [];
  const months: Month[] = [];
  const headings: Heading[] = [];
  let top = 0;
  let band: { first: number; end: number; sum: number }[] = [];
  let bandWidth = 0;

  const wide = (sum: number, count: number, height: number) => Math.round(sum * height) + (count - 1) * gap;

  const by = quiet(days, ratios, width, ideal) ? 'year' : 'month';
  /** Where the next band belongs to: under a heading that was just put, that heading. */
  let start = 0;

  function place(block: Day) {
    const month = monthOf(block.day);
    const last = months.at(-1);
    if (last?.month === month) months[months.length - 1] = { ...last, end: block.end };
    else months.push({ month, first: block.first, end: block.end, top: Math.min(start, block.top) });
    blocks.push(block);
  }

  /** Days side by side, each in one row, stretched to the edge when that takes little. */
  function closeBand() {
    if (band.length === 0) return;
    const widths = (height: number) =>
      band.map(({ first, end, sum }) => Math.max(narrowest, wide(sum, end - first, height)));
    const total = (height: number) =>
      widths(height).reduce((all, own) => all + own, 0) + (band.length - 1) * dayGap;
    let height = ideal;
    while (height < ideal * 1.3 && total(height + 1) <= width) height += 1;
    const reached = total(height + 1) > width;
    if (!reached) height = ideal;
    let left = 0;
    widths(height).forEach((block, at) => {
      const { first, end, sum } = band[at]!;
      const own = wide(sum, end - first, height);
      const toEdge = reached && at === band.length - 1 && block === own;
      place({
        day: days[first]!,
        first,
        end,
        firstRow: rows.length,
        endRow: rows.length + 1,
        top,
        left,
        width: toEdge ? width - left : block,
        height: dayHeading + height,
      });
      rows.push({
        first,
        end,
        day: blocks.length - 1,
        top: top + dayHeading,
        left,
        height,
        fill: toEdge ? width - left : 0,
      });
      left += block + dayGap;
    });
    top += dayHeading + height + bandGap;
    start = top;
    band = [];
    bandWidth = 0;
  }

  /** A day of several rows has a band for itself. */
  function bigDay(first: number, end: number) {
    const firstRow = rows.length;
    let y = top + dayHeading;
    let next = first;
    let sum = 0;
    const put = (until: number, height: number, fill: number) => {
      rows.push({ first: next, end: until, day: blocks.length, top: y, left: 0, height, fill });
      y += height + gap;
      next = until;
    };
    const fitting = (total: number, count: number) => (width - (count - 1) * gap) / total;
    for (let index = first; index < end; index += 1) {
      const own = ratio(ratios, index);
      const count = index + 1 - next;
      const height = fitting(sum + own, count);
      if (height > ideal) {
        sum += own;
        continue;
      }
      // The row is full. With this picture it is lower than wished, without it higher: whichever is nearer.
      const without = count > 1 ? fitting(sum, count - 1) : Infinity;
      if (without - ideal < ideal - height) {
        put(index, Math.round(without), width);
        sum = own;
        if (fitting(own, 1) <= ideal) {
          put(index + 1, Math.round(fitting(own, 1)), width);
          sum = 0;
        }
      } else {
        put(index + 1, Math.round(height), width);
        sum = 0;
      }
    }
    if (next < end) {
      const height = fitting(sum, end - next);
      const full = height <= ideal * 1.3;
      put(end, full ? Math.round(height) : ideal, full ? width : 0);
    }
    place({
      day: days[first]!,
      first,
      end,
      firstRow,
      endRow: rows.length,
      top,
      left: 0,
      width,
      height: y - gap - top,
    });
    top = y - gap + bandGap;
    start = top;
  }

  const group = (day: number) => (by === 'year' ? Math.floor(monthOf(day) / 12) : monthOf(day));
  for (let first = 0; first < days.length;) {
    const day = days[first]!;
    if (first === 0 || group(day) !== group(days[first - 1]!)) {
      closeBand();
      headings.push({ of: by, month: monthOf(day), top });
      start = top;
      top += bigHeading;
    }
    let end = first;
    let sum = 0;
    for (; end < days.length && days[end] === day; end += 1) sum += ratio(ratios, end);
    const own = Math.max(narrowest, wide(sum, end - first, ideal));
    if (own > width) {
      closeBand();
      bigDay(first, end);
    } else {
      if (band.length > 0 && bandWidth + dayGap + own > width) closeBand();
      bandWidth += (band.length > 0 ? dayGap : 0) + own;
      band.push({ first, end, sum });
    }
    first = end;
  }
  closeBand();
  return { rows, days: blocks, months, headings, height: top };
}

/** Whether a month fills less than one row on average, so that months would be mostly headings. */
function quiet(days: readonly number[], ratios: readonly number[], width: number, ideal: number): boolean {
  let months = 0;
  let sum = 0;
  let before: number | undefined;
  for (let index = 0; index < days.length; index += 1) {
    sum += ratio(ratios, index);
    if (days[index] === days[index - 1]) continue;
    const month = monthOf(days[index]!);
    if (month !== before) months += 1;
    before = month;
  }
  return months > 3 && sum * ideal < months * width;
}

export interface Tile {
  readonly index: number;
  /** From the start of the day's block. */
  readonly left: number;
  readonly width: number;
}

/** The pictures of a row. What rounding leaves over goes to the last. */
export function tiles(row: Row, ratios: readonly number[]): Tile[] {
  const found: Tile[] = [];
  let left = 0;
  for (let index = row.first; index < row.end; index += 1) {
    const last = index === row.end - 1 && row.fill > 0;
    const width = last ? row.fill - left : Math.round(ratio(ratios, index) * row.height);
    found.push({ index, left, width });
    left += width + gap;
  }
  return found;
}

/** Index of the first of `things` that ends below `y`; their number when none does. `things` are ordered by their tops. */
export function firstBelow(things: readonly { top: number; height: number }[], y: number): number {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (things[middle]!.top + things[middle]!.height > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the last of `things` that begins at or before `value`, by `key`; 0 when none does. */
export function lastAt<Thing>(
  things: readonly Thing[],
  key: (thing: Thing) => number,
  value: number,
): number {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(things[middle]!) <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

export function rowOf({ rows }: Layout, index: number): number {
  return lastAt(rows, (row) => row.first, index);
}

/** Middle of a picture, from the start of the timeline. */
export function middleOf(layout: Layout, ratios: readonly number[], index: number): number {
  const row = layout.rows[rowOf(layout, index)]!;
  const tile = tiles(row, ratios)[index - row.first]!;
  return row.left + tile.left + tile.width / 2;
}

/** The picture whose middle is nearest to `x` among the rows that begin at the same height as `row`. */
function nearest(layout: Layout, ratios: readonly number[], row: number, x: number): number {
  const { rows } = layout;
  const top = rows[row]!.top;
  let from = row;
  while (from > 0 && rows[from - 1]!.top === top) from -= 1;
  let best = { index: rows[row]!.first, distance: Infinity };
  for (let at = from; at < rows.length && rows[at]!.top === top; at += 1) {
    for (const { index, left, width } of tiles(rows[at]!, ratios)) {
      const distance = Math.abs(rows[at]!.left + left + width / 2 - x);
      if (distance < best.distance) best = { index, distance };
    }
  }
  return best.index;
}

/**
 * The picture that a key leads to from `index`, or undefined when the key means nothing here. `x` is the column that up and
 * down keep to; `page` the height of what is in sight.
 */
export function indexByKey(
  key: string,
  layout: Layout,
  ratios: readonly number[],
  index: number,
  x: number,
  page: number,
): number | undefined {
  const count = ratios.length;
  if (count === 0) return undefined;
  const { rows } = layout;
  const at = rowOf(layout, index);
  const { top } = rows[at]!;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowRight':
      return Math.min(count - 1, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'ArrowUp': {
      const above = lastAt(rows, (row) => row.top, top - 1);
      return rows[above]!.top < top ? nearest(layout, ratios, above, x) : index;
    }
    case 'ArrowDown': {
      const below = lastAt(rows, (row) => row.top, top) + 1;
      return below < rows.length ? nearest(layout, ratios, below, x) : index;
    }
    case 'PageUp':
      return nearest(
        layout,
        ratios,
        lastAt(rows, (row) => row.top, top - page),
        x,
      );
    case 'PageDown':
      return nearest(
        layout,
        ratios,
        lastAt(rows, (row) => row.top, top + page),
        x,
      );
    default:
      return undefined;
  }
}
