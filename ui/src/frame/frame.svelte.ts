// What the frame knows of the archive: which screens have something to show, and what is running now.

import type { Api, Opening, Running } from '../ipc';
import { notice } from './notices';
import { screenNames, type ScreenName } from './place';

/** Screens at the foot of the sidebar. */
const atFoot: readonly ScreenName[] = ['rescue', 'settings'];

export class Frame {
  /** Null until the engine has answered. */
  opening = $state.raw<Opening | null>(null);
  /** What is going on, null when nothing is. */
  running = $state.raw<Running | null>(null);
  /** What went wrong with something that the frame itself was asked for. */
  trouble = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The sidebar's screens in order; messages only when some are kept. Ctrl-1..9 count along. */
  get screens(): readonly ScreenName[] {
    const talks = this.opening?.has_messages || this.opening?.has_calls;
    return screenNames.filter(
      (name) => name !== 'start' && !atFoot.includes(name) && (name !== 'messages' || talks),
    );
  }

  get foot(): readonly ScreenName[] {
    return atFoot;
  }

  /** Keeps up with the engine. Returns how to stop. */
  follow(): () => void {
    const look = async () => {
      // Without an answer the sidebar stays as it is; each screen says what is wrong.
      this.opening = await this.#api.opening().catch(() => this.opening);
    };
    void look();
    void this.#api.running().then(
      (running) => this.#take(running),
      () => {},
    );
    const stops = [
      this.#api.on('running', (running) => {
        this.#take(running);
        if (document.hidden) this.#notify(running);
      }),
      this.#api.on('changed', () => void look()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  cancel(): void {
    this.#try(this.#api.cancel());
  }

  /** Files and folders that were dropped on the window. */
  bringIn(paths: string[]): void {
    this.#try(this.#api.bringIn(paths));
  }

  #try(asked: Promise<void>): void {
    asked.then(
      () => (this.trouble = null),
      (thrown: unknown) => (this.trouble = thrown),
    );
  }

  #notify(running: Running): void {
    const told = notice(running);
    if (told) void this.#api.notify(told.title, told.body).catch(() => {});
  }

  #take(running: Running | null): void {
    this.running = running?.ended ? null : running;
  }
}
