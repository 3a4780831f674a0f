// Dragging what is kept as text out of the window: a contact as .vcf, events and to-dos as .ics.

import type { Api, ItemId } from '../ipc';
import { tell } from '../words';
import { announce } from './announce.svelte';

export class Carry {
  #held: { ids: readonly ItemId[]; files: Promise<string[]> } | null = null;
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The pointer went down on what can be dragged: its files are begun, so that they are there once it moves. */
  press(event: PointerEvent, ids: readonly ItemId[]): void {
    this.#held = event.button === 0 && ids.length > 0 ? this.#begin(ids) : null;
  }

  /** It is dragged: the system takes over from the window, which could give text, but no files. */
  start(event: DragEvent, ids: readonly ItemId[]): void {
    event.preventDefault();
    if (ids.length === 0) return;
    // What is chosen may have changed since the pointer went down.
    const same = this.#held?.ids.length === ids.length && ids.every((id, at) => this.#held?.ids[at] === id);
    const { files } = this.#held && same ? this.#held : this.#begin(ids);
    this.#held = null;
    files
      .then((paths) => (paths.length > 0 ? this.#api.dragOut(paths) : undefined))
      .catch((thrown: unknown) => announce(tell(thrown).title));
  }

  #begin(ids: readonly ItemId[]) {
    const files = this.#api.asFile([...ids]);
    // A press that becomes no drag is no news, whatever became of its files.
    files.catch(() => {});
    return { ids, files };
  }
}
