// Where a person is. The place stands in the hash, so that a reload, a test and the window's history lead to the same one.

import { outer, read, timeTravellers, write, type Place, type ScreenName } from './place';

export class Route {
  #place = $state.raw<Place>(read(''));
  readonly #page: Window;

  constructor(page: Window) {
    this.#page = page;
    this.#place = read(page.location.hash);
  }

  get screen(): ScreenName {
    return this.#place.screen;
  }

  get id(): string | null {
    return this.#place.id;
  }

  get query(): Readonly<Record<string, string>> {
    return this.#place.query;
  }

  /** The day that is looked at, ISO 8601, or null for now. */
  get asOf(): string | null {
    return this.#place.query.asOf ?? null;
  }

  /** Goes somewhere; the way back stays open. */
  go(screen: ScreenName, to: { id?: string | null; query?: Record<string, string> } = {}): void {
    const asOf: Record<string, string> =
      timeTravellers.includes(screen) && this.asOf ? { asOf: this.asOf } : {};
    this.#set({ screen, id: to.id ?? null, query: { ...asOf, ...to.query } }, 'push');
  }

  /** Opens one thing on this screen, or none; what narrows the screen stays. `replace` goes on to a neighbour without a step in the history. */
  open(id: string | null, { replace = false } = {}): void {
    this.#set({ ...this.#place, id }, replace ? 'replace' : 'push');
  }

  /** Changes what narrows this screen, without a step in the history: a search text. Null takes a part away. */
  narrow(change: Record<string, string | null>): void {
    const query = { ...this.#place.query, ...change };
    const kept = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
    this.#set({ ...this.#place, query: Object.fromEntries(kept) }, 'replace');
  }

  /** One step out. False when there is nothing to back out of. */
  out(): boolean {
    const place = outer(this.#place);
    if (place) this.#set(place, 'push');
    return place !== null;
  }

  /** Follows the window's own back and forward. Returns how to stop. */
  follow(): () => void {
    const follow = () => (this.#place = read(this.#page.location.hash));
    this.#page.addEventListener('popstate', follow);
    this.#page.addEventListener('hashchange', follow);
    return () => {
      this.#page.removeEventListener('popstate', follow);
      this.#page.removeEventListener('hashchange', follow);
    };
  }

  #set(place: Place, how: 'push' | 'replace'): void {
    const hash = write(place);
    if (hash !== write(this.#place)) this.#page.history[`${how}State`](null, '', hash);
    this.#place = place;
  }
}
