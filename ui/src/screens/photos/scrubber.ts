// The strip beside the timeline: where years stand on it and which month a place on it means. Pure.

import { lastAt, type Month } from './layout';

export interface YearMark {
  readonly year: number;
  /** Along the strip, 0 to 1. */
  readonly at: number;
  /** There is room for its number. */
  readonly label: boolean;
}

/** The years of a timeline on a strip of `length` pixels; a number is left out where it would touch the one above. */
export function yearMarks(months: readonly Month[], height: number, length: number, room = 20): YearMark[] {
  const marks: YearMark[] = [];
  let lastLabel = -Infinity;
  let before: number | undefined;
  for (const { month, top } of months) {
    const year = Math.floor(month / 12);
    if (year === before) continue;
    before = year;
    const at = top / height;
    const label = at * length - lastLabel >= room && length - at * length >= room / 2;
    if (label) lastLabel = at * length;
    marks.push({ year, at, label });
  }
  return marks;
}

/** Index of the month that is at the top of what is in sight. */
export function monthAtTop(months: readonly Month[], top: number): number {
  return lastAt(months, (month) => month.top, top);
}

/** The month that a key on the strip leads to, or undefined when the key means nothing there. */
export function monthByKey(key: string, months: readonly Month[], at: number): number | undefined {
  const last = months.length - 1;
  const year = (month: number) => Math.floor(months[month]!.month / 12);
  switch (key) {
    case 'ArrowUp': {
      // Quiet months share a band: going up leaves it.
      const above = months.findLastIndex((month, index) => index < at && month.top < months[at]!.top);
      return Math.max(0, above);
    }
    case 'ArrowDown':
      return Math.min(last, at + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'PageDown': {
      const next = months.findIndex((_, month) => month > at && year(month) < year(at));
      return next < 0 ? last : next;
    }
    case 'PageUp': {
      // The newest month of this year, or of the next newer one when already there.
      const newest = (of: number) => months.findIndex((_, month) => year(month) === of);
      const own = newest(year(at));
      return own < at ? own : own === 0 ? 0 : newest(year(own - 1));
    }
    default:
      return undefined;
  }
}
