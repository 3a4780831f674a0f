// Which people are selected. By id, so that a search or a new reading of the archive leaves the selection as it is.
/* eslint-disable svelte/prefer-svelte-reactivity -- a set is replaced by the next, never changed */

import type { ItemId } from '../../ipc';

export class Picked {
  #ids = $state.raw<ReadonlySet<ItemId>>(new Set());
  #anchor: ItemId | null = null;

  get count(): number {
    return this.#ids.size;
  }

  has(id: ItemId): boolean {
    return this.#ids.has(id);
  }

  ids(): ItemId[] {
    return [...this.#ids];
  }

  /** Where the next stretch begins. */
  anchor(id: ItemId): void {
    this.#anchor = id;
  }

  toggle(id: ItemId): void {
    const next = new Set(this.#ids);
    if (!next.delete(id)) next.add(id);
    this.#ids = next;
    this.#anchor = id;
  }

  /** Everyone from the last that was chosen alone to this one, in the order of `shown`. */
  reach(shown: readonly ItemId[], index: number): void {
    const from = this.#anchor === null ? -1 : shown.indexOf(this.#anchor);
    const start = from < 0 ? index : from;
    this.#ids = new Set(shown.slice(Math.min(start, index), Math.max(start, index) + 1));
    this.#anchor = shown[start] ?? null;
  }

  all(shown: readonly ItemId[]): void {
    this.#ids = new Set(shown);
  }

  clear(): void {
    if (this.#ids.size > 0) this.#ids = new Set();
  }
}
