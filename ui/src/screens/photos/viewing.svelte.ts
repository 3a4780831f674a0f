// What the lightbox knows of the picture that is open. An answer that comes when another picture is open already is dropped.

import type { Api, PhotoDetail, Trouble } from '../../ipc';

export class Viewing {
  detail = $state.raw<PhotoDetail | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Address of the film, once it is known that the picture is one. */
  film = $state.raw<string | null>(null);
  filmTrouble = $state.raw<Trouble | null>(null);
  readonly #api: Api;
  #id: string | null = null;

  constructor(api: Api) {
    this.#api = api;
  }

  async show(id: string, asOf: string | null): Promise<void> {
    const other = id !== this.#id;
    this.#id = id;
    if (other) {
      this.detail = null;
      this.trouble = null;
      this.film = null;
      this.filmTrouble = null;
    }
    try {
      const detail = await this.#api.photo(id, asOf);
      if (id !== this.#id) return;
      this.detail = detail;
      if (detail.kept.kind === 'film' && this.film === null) await this.#play(id);
    } catch (trouble) {
      if (id === this.#id) this.trouble = trouble as Trouble;
    }
  }

  async #play(id: string): Promise<void> {
    try {
      const film = await this.#api.film(id);
      if (id === this.#id) this.film = film;
    } catch (trouble) {
      if (id === this.#id) this.filmTrouble = trouble as Trouble;
    }
  }
}
