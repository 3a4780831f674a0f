// Which pictures are selected. Places in the roll, not ids, so that a hundred thousand cost a byte each; `carry` takes the
// selection along when the roll was read again.

import type { Roll } from './roll';

export class Selection {
  #roll: Roll;
  #chosen: Uint8Array;
  #anchor = -1;
  /** Counts the changes: reading it is what makes a tile follow. */
  #change = $state(0);
  #count = $state(0);

  constructor(roll: Roll) {
    this.#roll = roll;
    this.#chosen = new Uint8Array(roll.count);
  }

  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    void this.#change;
    return this.#chosen[index] === 1;
  }

  /** How much of a stretch is selected. */
  part(first: number, end: number): 'none' | 'some' | 'all' {
    void this.#change;
    if (this.#count === 0) return 'none';
    let count = 0;
    for (let index = first; index < end; index += 1) count += this.#chosen[index]!;
    return count === 0 ? 'none' : count === end - first ? 'all' : 'some';
  }

  only(index: number): void {
    this.#chosen.fill(0);
    this.#chosen[index] = 1;
    this.#anchor = index;
    this.#changed(1);
  }

  toggle(index: number): void {
    this.#chosen[index]! ^= 1;
    this.#anchor = index;
    this.#changed(this.#count + (this.#chosen[index] === 1 ? 1 : -1));
  }

  /** From the last picture that was chosen alone to this one; `add` keeps what is selected elsewhere. */
  reach(index: number, add = false): void {
    const from = this.#anchor < 0 ? index : this.#anchor;
    if (!add) this.#chosen.fill(0);
    this.#chosen.fill(1, Math.min(from, index), Math.max(from, index) + 1);
    this.#anchor = from;
    this.#changed();
  }

  set(first: number, end: number, on: boolean): void {
    this.#chosen.fill(on ? 1 : 0, first, end);
    this.#anchor = first;
    this.#changed();
  }

  all(): void {
    this.#chosen.fill(1);
    this.#changed();
  }

  clear(): void {
    this.#chosen.fill(0);
    this.#anchor = -1;
    this.#changed(0);
  }

  /** Where the selected pictures are, newest first, at most `limit`. */
  indices(limit = Infinity): number[] {
    void this.#change;
    const found: number[] = [];
    for (let index = this.#chosen.indexOf(1); index >= 0 && found.length < limit;) {
      found.push(index);
      index = this.#chosen.indexOf(1, index + 1);
    }
    return found;
  }

  ids(limit = Infinity): string[] {
    return this.indices(limit).map((index) => this.#roll.ids[index]!);
  }

  /** The same pictures in a roll that was read again; those that it lacks are no longer selected. */
  carry(roll: Roll): void {
    const ids = this.ids();
    const anchor = this.#anchor < 0 ? undefined : this.#roll.ids[this.#anchor];
    this.#roll = roll;
    this.#chosen = new Uint8Array(roll.count);
    for (const id of ids) {
      const index = roll.indexOf(id);
      if (index >= 0) this.#chosen[index] = 1;
    }
    this.#anchor = anchor === undefined ? -1 : roll.indexOf(anchor);
    this.#changed();
  }

  #changed(count?: number): void {
    this.#count = count ?? this.#chosen.reduce((all, one) => all + one, 0);
    this.#change += 1;
  }
}
