// The run, check or export that goes on, and how the last one ended, for whatever screen shows it.

import type { Api, Outcome, Running } from '../ipc';

export class Work {
  /** How the last run of each source ended, in their order, until it is dismissed or another of that source begins. */
  ends = $state.raw<readonly Running[]>([]);
  /** As it stands; the last one stays after its end, until it is dismissed or another begins. */
  latest = $state.raw<Running | null>(null);
  /** Why the last wish was refused. */
  refused = $state.raw<unknown>(null);
  /** The engine has said whether something goes on. */
  known = $state(false);
  /** A wish was sent and has no answer yet. */
  asking = $state(false);
  readonly going = $derived(this.latest !== null && this.latest.ended === null ? this.latest : null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Keeps up with the engine; `ended` is called once at each end. Returns how to stop. */
  follow(ended: (running: Running) => void = () => {}): () => void {
    void this.#api.running().then(
      (running) => {
        // An event that came meanwhile is newer than this answer.
        if (!this.known && running && !running.ended) this.latest = running;
        this.known = true;
      },
      () => (this.known = true),
    );
    return this.#api.on('running', (running) => {
      this.known = true;
      this.latest = running;
      const others = this.ends.filter(({ source }) => source !== running.source);
      if (running.ended) {
        if (isOfSource(running)) this.ends = [...others, running];
        ended(running);
      } else if (isOfSource(running)) {
        this.ends = others;
      }
    });
  }

  /** Sends a wish to begin something. What follows comes as events; a refusal stands in `refused`. */
  async begin(wish: (api: Api) => Promise<void>): Promise<void> {
    this.asking = true;
    this.refused = null;
    this.latest = this.going;
    try {
      await wish(this.#api);
    } catch (thrown) {
      this.refused = thrown;
    } finally {
      this.asking = false;
    }
  }

  /**
   * Sends wishes in turn, each when what the one before began has ended, even if its screen is left meanwhile. The rest
   * is dropped when one is refused, or when its owner stops one.
   */
  async each(wishes: readonly ((api: Api) => Promise<void>)[]): Promise<void> {
    for (const wish of wishes) {
      let stop = () => {};
      const outcome = new Promise<Outcome>((resolve) => {
        stop = this.#api.on('running', ({ ended }) => ended && resolve(ended.outcome));
      });
      await this.begin(wish);
      const goesOn = this.refused === null && (await outcome) !== 'cancelled';
      stop();
      if (!goesOn) return;
    }
  }

  cancel(): void {
    void this.#api.cancel().catch((thrown: unknown) => (this.refused = thrown));
  }

  dismiss(): void {
    this.latest = this.going;
    this.refused = null;
  }

  /** The end of one source's run has been seen. */
  seen(end: Running): void {
    this.ends = this.ends.filter((one) => one !== end);
  }
}

function isOfSource({ job }: Running): boolean {
  return job === 'mirror' || job === 'rescue';
}
