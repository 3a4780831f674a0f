// What the frame knows of the archive: which screens have something to show, and what is running now.

import type { Api, Opening, Running } from '../ipc';
import { t, tell } from '../words';
import { notice, reminders } from './notices';
import { screenNames, type ScreenName } from './place';

/** Screens at the foot of the sidebar. */
const atFoot: readonly ScreenName[] = ['rescue', 'settings'];

export class Frame {
  /** Null until the engine has answered. */
  opening = $state.raw<Opening | null>(null);
  /** What is going on, null when nothing is. */
  running = $state.raw<Running | null>(null);
  /** Files from elsewhere are held over the window. */
  dragging = $state(false);
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
    void this.look();
    // Not before the window has had the time to be looked at: Home says it then.
    const first = setTimeout(() => void this.#remind(), 10_000);
    const hourly = setInterval(() => void this.#remind(), 3_600_000);
    void this.#api.running().then(
      (running) => this.#take(running),
      () => {},
    );
    const stops = [
      this.#api.on('running', (running) => {
        this.#take(running);
        if (unseen()) this.#notify(running);
      }),
      this.#api.on('hidden', () => {
        const { hidden, hiddenText } = t.common.notices;
        void this.#api.notify(hidden, hiddenText).catch(() => {});
      }),
      this.#api.on('trouble', (trouble) => {
        this.trouble = trouble;
        const { title, text } = tell(trouble);
        if (unseen()) void this.#api.notify(title, text).catch(() => {});
      }),
      this.#api.on('changed', () => void this.look()),
      this.#api.on('dragging', (dragging) => (this.dragging = dragging)),
    ];
    return () => {
      clearTimeout(first);
      clearInterval(hourly);
      stops.forEach((stop) => stop());
    };
  }

  /** Asks how the archive stands. */
  async look(): Promise<void> {
    // Without an answer all stays as it is; each screen says what is wrong.
    this.opening = await this.#api.opening().catch(() => this.opening);
  }

  /** Opens another archive. */
  async useArchive(folder: string): Promise<void> {
    try {
      this.opening = await this.#api.useArchive(folder);
      this.trouble = null;
    } catch (thrown) {
      this.trouble = thrown;
    }
  }

  cancel(): void {
    this.#try(this.#api.cancel());
  }

  /** Files and folders that were dropped on the window. */
  bringIn(paths: string[]): void {
    // What is dragged out of the archive and let go over the window again is kept already.
    const archive = this.opening?.archive;
    const fresh = paths.filter((path) => !archive || !path.startsWith(archive));
    if (fresh.length > 0) this.#try(this.#api.bringIn(fresh));
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

  /** Tells of phones that are overdue, each once a day. */
  async #remind(): Promise<void> {
    const home = await this.#api.home().catch(() => null);
    if (!home || !unseen()) return;
    for (const { title, body } of reminders(home, localStorage, Date.now()))
      void this.#api.notify(title, body).catch(() => {});
  }

  #take(running: Running | null): void {
    this.running = running?.ended ? null : running;
  }
}

/** Nobody looks at the window: a notification would be news. */
function unseen(): boolean {
  return document.hidden || !document.hasFocus();
}
