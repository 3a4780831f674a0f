// The pictures that the timeline shows, kept up with the archive, and which of them are selected.

import type { Api, PhotoFilter, Trouble } from '../../ipc';
import { Roll } from './roll';
import { Selection } from './selection.svelte';

const nothing = new Roll({ ids: [], tags: '', days: [], ratios: [], marks: [], seconds: [], months: [] });

export class Timeline {
  /** Null until the first answer. */
  roll = $state.raw<Roll | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Phones to choose from; fewer than two are no choice. */
  phones = $state.raw<readonly { id: string; name: string }[]>([]);
  readonly selection = new Selection(nothing);
  readonly #api: Api;
  #filter: PhotoFilter | null = null;
  #asked = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Reads the pictures that fit. What was shown stays until the answer is there. */
  async read(filter: PhotoFilter): Promise<void> {
    this.#filter = filter;
    const asked = ++this.#asked;
    try {
      const roll = new Roll(await this.#api.gallery(filter));
      // A later question has overtaken this answer.
      if (asked !== this.#asked) return;
      this.selection.carry(roll);
      this.roll = roll;
      this.trouble = null;
    } catch (trouble) {
      if (asked === this.#asked) this.trouble = trouble as Trouble;
    }
  }

  again(): Promise<void> {
    return this.#filter ? this.read(this.#filter) : Promise.resolve();
  }

  /** Follows the archive. Returns how to stop. */
  follow(): () => void {
    void this.#readPhones();
    return this.#api.on('changed', () => {
      void this.again();
      void this.#readPhones();
    });
  }

  /** The files of the selected pictures, at most `limit`: a desktop takes no thousands of files in one drag. */
  async files(ids: readonly string[], asOf: string | null): Promise<string[]> {
    const details = await Promise.all(ids.map((id) => this.#api.photo(id, asOf)));
    return details.map((detail) => detail.file);
  }

  async #readPhones(): Promise<void> {
    try {
      this.phones = (await this.#api.home()).phones.map(({ id, name }) => ({ id, name }));
    } catch {
      // Without them there is no filter by phone; the pictures say themselves what is wrong.
    }
  }
}
