// The pictures of the timeline, newest first, as the columns in which they are sent. Pure.

import { tagLength, type Gallery } from '../../ipc';

/** Bits of `Gallery.marks`. */
export const mark = { film: 1, favourite: 2, damaged: 4, gone: 8, binned: 16, screenshot: 32 } as const;

export class Roll {
  readonly ids: readonly string[];
  readonly days: readonly number[];
  readonly ratios: readonly number[];
  readonly #tags: string;
  readonly #marks: readonly number[];
  /** Seconds of a film; 0 elsewhere. */
  readonly #seconds: Uint32Array;
  #places: Map<string, number> | undefined;
  readonly films: number;

  constructor({ ids, tags, days, ratios, marks, seconds }: Gallery) {
    this.ids = ids;
    this.#tags = tags;
    this.days = days;
    this.ratios = ratios;
    this.#marks = marks;
    this.#seconds = new Uint32Array(ids.length);
    let film = 0;
    for (let index = 0; index < ids.length; index += 1) {
      if ((marks[index]! & mark.film) !== 0) this.#seconds[index] = seconds[film++] ?? 0;
    }
    this.films = film;
  }

  get count(): number {
    return this.ids.length;
  }

  is(index: number, what: keyof typeof mark): boolean {
    return (this.#marks[index]! & mark[what]) !== 0;
  }

  /** What stands for its bytes in its address. */
  tag(index: number): string {
    return this.#tags.slice(index * tagLength, (index + 1) * tagLength);
  }

  seconds(index: number): number {
    return this.#seconds[index] ?? 0;
  }

  /** Where a picture is, or -1. */
  indexOf(id: string): number {
    // Asked only when one picture is opened by its id, so it is not made for a gallery that is only scrolled.
    this.#places ??= new Map(this.ids.map((known, index) => [known, index]));
    return this.#places.get(id) ?? -1;
  }
}
