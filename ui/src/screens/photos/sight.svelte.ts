// What of the timeline is in sight: the layout for this width and the rows to draw. Only rows in sight and a little around
// them are in the page, however many there are.

import { firstBelow, layOut, type Day, type Layout, type Row } from './layout';
import type { Roll } from './roll';

/** Sizes of pictures: the height that rows aim at. */
export const densities = [104, 176, 272] as const;

/** Pixels above and below that are drawn too, so that a slow scroll shows no gap. */
const spare = 480;
/** Under the last row, so that the bar of the selection covers none. */
const foot = 72;

export interface Section {
  readonly day: Day;
  /** Index of the day in the layout. */
  readonly at: number;
  readonly rows: readonly { readonly at: number; readonly row: Row }[];
}

export class Sight {
  top = $state(0);
  /** It is scrolled faster than pictures can be looked at: none are asked for that would be gone at once. */
  hurrying = $state(false);
  width = $state(0);
  height = $state(0);
  readonly #roll: () => Roll;
  readonly #density: () => number;
  readonly layout: Layout = $derived.by(() => {
    const { days, ratios } = this.#roll();
    return layOut(days, ratios, Math.max(240, this.width), densities[this.#density()] ?? densities[1]);
  });
  /** Of the whole timeline. */
  readonly length = $derived(this.layout.height + foot);
  readonly #from = $derived(firstBelow(this.layout.rows, this.top - spare));
  readonly #to = $derived(firstBelow(this.layout.rows, this.top + this.height + spare));
  readonly sections: readonly Section[] = $derived.by(() => {
    const { rows, days } = this.layout;
    const found: { day: Day; at: number; rows: { at: number; row: Row }[] }[] = [];
    // The row that reaches below the lower edge is drawn too, and those beside it in its band.
    let end = Math.min(rows.length, this.#to + 1);
    while (end < rows.length && rows[end]!.top === rows[end - 1]!.top) end += 1;
    for (let at = this.#from; at < end; at += 1) {
      const row = rows[at]!;
      const last = found.at(-1);
      if (last?.at === row.day) last.rows.push({ at, row });
      else found.push({ day: days[row.day]!, at: row.day, rows: [{ at, row }] });
    }
    return found;
  });
  readonly headings = $derived.by(() => {
    const { headings } = this.layout;
    const before = headings.findLastIndex(({ top }) => top < this.top - spare);
    const end = headings.findLastIndex(({ top }) => top < this.top + this.height + spare) + 1;
    return headings.slice(Math.max(0, before), end);
  });
  #calm: ReturnType<typeof setTimeout> | undefined;

  constructor(roll: () => Roll, density: () => number) {
    this.#roll = roll;
    this.#density = density;
  }

  scrolled(top: number): void {
    const far = Math.abs(top - this.top) > this.height * 0.75;
    this.top = top;
    if (!far && !this.hurrying) return;
    this.hurrying = true;
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => (this.hurrying = false), 60);
  }
}
