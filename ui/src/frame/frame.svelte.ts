// What the frame knows of the archive: which screens have something to show, and what is running now.

import type { Api, Home, Running } from '../ipc';
import { screenNames, type ScreenName } from './place';

/** Screens at the foot of the sidebar. */
const atFoot: readonly ScreenName[] = ['rescue', 'settings'];

export class Frame {
  #home = $state.raw<Home | null>(null);
  running = $state.raw<Running | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The sidebar's screens in order; messages only when some are kept. Ctrl-1..9 count along. */
  get screens(): readonly ScreenName[] {
    return screenNames.filter(
      (name) => name !== 'start' && !atFoot.includes(name) && (name !== 'messages' || this.#hasMessages),
    );
  }

  get foot(): readonly ScreenName[] {
    return atFoot;
  }

  get #hasMessages(): boolean {
    const kinds = this.#home?.phones.flatMap((phone) => phone.kinds) ?? [];
    return kinds.some(({ kind, kept }) => (kind === 'message' || kind === 'call') && kept > 0);
  }

  /** Keeps up with the engine. Returns how to stop. */
  follow(): () => void {
    const look = () =>
      this.#api.home().then(
        (home) => (this.#home = home),
        () => {},
      );
    void look();
    return this.#api.on('running', (running) => {
      // A run that has ended may have brought the first messages.
      if (!running && this.running) void look();
      this.running = running;
    });
  }

  cancel(): Promise<void> {
    return this.#api.cancel();
  }
}
