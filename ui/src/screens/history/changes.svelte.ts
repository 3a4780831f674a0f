// The items of one run, read in pages as they come into sight. A filter has to look at all of them: the engine gives them in
// the run's order only.

import type { Api, Change, ChangeRow, Kind, RunId } from '../../ipc';

const page = 500;

export class Changes {
  /** How many the run has. */
  readonly count: number;
  trouble = $state.raw<unknown>(null);
  /** How many were looked at for the filter; null where there is none. */
  looked = $state<number | null>(null);
  #pages = $state.raw<readonly (readonly ChangeRow[] | undefined)[]>([]);
  #found = $state.raw<readonly ChangeRow[]>([]);
  readonly #asked: (Promise<readonly ChangeRow[]> | undefined)[] = [];
  readonly #api: Api;
  readonly #run: RunId;
  #filter = 0;

  constructor(api: Api, run: RunId, count: number) {
    this.#api = api;
    this.#run = run;
    this.count = count;
  }

  /** How many there are to show. */
  get shown(): number {
    return this.looked === null ? this.count : this.#found.length;
  }

  /** One of those to show; undefined while it is read. */
  at(index: number): ChangeRow | undefined {
    if (this.looked !== null) return this.#found[index];
    const at = Math.floor(index / page);
    const rows = this.#pages[at];
    // Not while the list is being drawn.
    if (!rows && !this.#asked[at]) queueMicrotask(() => void this.#read(at).catch(() => {}));
    return rows?.[index % page];
  }

  /** Shows only some; null for all. */
  async narrow(kind: Kind | null, change: Change | null): Promise<void> {
    const filter = ++this.#filter;
    this.#found = [];
    if (kind === null && change === null) {
      this.looked = null;
      return;
    }
    this.looked = 0;
    for (let at = 0; at * page < this.count; at += 1) {
      const rows = await this.#read(at).catch(() => null);
      if (filter !== this.#filter || rows === null) return;
      const fitting = rows.filter(
        (row) => (kind === null || row.kind === kind) && (change === null || row.change === change),
      );
      if (fitting.length > 0) this.#found = [...this.#found, ...fitting];
      this.looked = Math.min(this.count, (at + 1) * page);
    }
  }

  #read(at: number): Promise<readonly ChangeRow[]> {
    this.#asked[at] ??= this.#api.changes(this.#run, at * page, page).then(
      (rows) => {
        this.#pages = Object.assign([...this.#pages], { [at]: rows });
        this.trouble = null;
        return rows;
      },
      (thrown: unknown) => {
        this.trouble = thrown;
        this.#asked[at] = undefined;
        throw thrown;
      },
    );
    return this.#asked[at];
  }
}
