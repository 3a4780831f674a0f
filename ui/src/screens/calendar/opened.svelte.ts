// The event that is open: what the archive knows of it.

import { Answer } from '../../frame/answer.svelte';
import type { Api, EntryDetail, Occurrence } from '../../ipc';
import { write, type Day } from './days';

export class Opened extends Answer<EntryDetail> {
  readonly #api: Api;

  constructor(api: Api) {
    super();
    this.#api = api;
  }

  read(id: string, asOf: string | null): Promise<void> {
    if (this.value?.kept.id !== id) this.clear();
    return this.ask(this.#api.entry(id, asOf));
  }

  /** When an event is that was found by its name: the start of its next occurrence, or of its first; null if unknown. */
  async find(id: string, today: Day, zone: string, asOf: string | null): Promise<string | null> {
    try {
      const span = { from: write(today), to: write(today + 400), zone, as_of: asOf };
      const is = ({ id: own, also }: Occurrence) => own === id || also.some((other) => other.id === id);
      const next = (await this.#api.occurrences(span)).find(is);
      if (next) return next.start;
      return (await this.#api.entry(id, asOf)).components[0]?.start ?? null;
    } catch {
      // The detail says what is wrong.
      return null;
    }
  }
}
