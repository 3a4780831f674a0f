// An export: what it would write, how far it is, and what it has written.

import { Answer } from '../../frame/answer.svelte';
import { isTrouble, type Api, type ExportDone, type ExportOrder, type Running } from '../../ipc';

export class Writing {
  readonly preview = new Answer<ExportDone>();
  /** The preview of what is chosen now is not there yet. */
  asking = $state(false);
  /** Files are being written. */
  busy = $state(false);
  /** How far it is, once that is known. */
  running = $state.raw<Running | null>(null);
  trouble = $state.raw<unknown>(null);
  done = $state.raw<{ order: ExportOrder; result: ExportDone } | null>(null);
  readonly #api: Api;
  #asked = 0;

  /** A file that would have been replaced; nothing was written. */
  readonly inTheWay: boolean = $derived(isTrouble(this.trouble) && this.trouble.kind === 'files-in-the-way');
  readonly stopped: boolean = $derived(isTrouble(this.trouble) && this.trouble.kind === 'stopped');

  constructor(api: Api) {
    this.#api = api;
  }

  /** Hears how far it is. Returns how to stop hearing. */
  follow(): () => void {
    return this.#api.on('running', (running) => {
      if (running.job === 'export' && this.busy) this.running = running;
    });
  }

  async foresee(order: ExportOrder): Promise<void> {
    const asked = ++this.#asked;
    this.asking = true;
    await this.preview.ask(this.#api.exportPreview(order));
    if (asked === this.#asked) this.asking = false;
  }

  async write(order: ExportOrder): Promise<void> {
    this.busy = true;
    this.running = null;
    this.trouble = null;
    try {
      this.done = { order, result: await this.#api.exportTo(order) };
    } catch (thrown) {
      this.trouble = thrown;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    void this.#api.cancel().catch((thrown: unknown) => (this.trouble = thrown));
  }

  /** Another export. */
  again(): void {
    this.done = null;
    this.trouble = null;
    this.running = null;
  }
}
