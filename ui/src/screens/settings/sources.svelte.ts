// The ways that the archive remembers: added after a test, renamed, forgotten.

import type { Api, PhoneLink } from '../../ipc';

export class Sources {
  links = $state.raw<readonly PhoneLink[] | null>(null);
  looking = $state(false);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  follow(): () => void {
    void this.read();
    const stops = [
      this.#api.on('reachable', (links) => (this.links = links)),
      this.#api.on('changed', () => void this.read()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Asks each, which takes seconds; `links` stays null until the first time. */
  async read(): Promise<void> {
    this.looking = true;
    try {
      this.links = await this.#api.reachable();
    } catch {
      this.links ??= [];
    } finally {
      this.looking = false;
    }
  }

  /** Adds one and asks it. False when it does not answer: it is remembered all the same only if `anyway`. */
  async add(source: string, name: string, anyway: boolean): Promise<boolean> {
    await this.#api.addSource(source, name.trim() || null);
    await this.read();
    // The engine may write the source in another way than it was given; the name stays.
    const link = this.links?.find(
      (one) => one.source === source || (name.trim() !== '' && one.name === name.trim()),
    );
    if (link?.ready || anyway) return true;
    await this.#api.forgetSource(link?.name ?? (name.trim() || source));
    await this.read();
    return false;
  }

  /** A new name for the same way. */
  async rename(link: PhoneLink, name: string): Promise<void> {
    await this.#api.renameSource(link.source, name.trim() || null);
    await this.read();
  }

  async forget(link: PhoneLink): Promise<void> {
    await this.#api.forgetSource(link.name ?? link.source);
    await this.read();
  }
}
