// What Home knows: the phones as the archive has them, and the ways to them as they answer now.

import type { Api, Home, Opening, PhoneCard, PhoneLink } from '../../ipc';

/** What the tray and the palette can ask Home for, as the query of its place. */
export const wishes = ['mirror', 'verify', 'folder'] as const;
export type Wish = (typeof wishes)[number];

/** How often "12 minutes ago" is said anew, in milliseconds. */
const tick = 30_000;

export class Overview {
  home = $state.raw<Home | null>(null);
  opening = $state.raw<Opening | null>(null);
  /** What was asked for and refused. */
  refused = $state.raw<unknown>(null);
  /** The phones are being asked whether they are there. */
  looking = $state(false);
  now = $state(Date.now());
  #links = $state.raw<readonly PhoneLink[]>([]);
  readonly #api: Api;

  /** The cards, their links as they answer now, and with those found since. */
  readonly phones: readonly PhoneCard[] = $derived.by(() => {
    const live = (link: PhoneLink) => this.#links.find(({ source }) => source === link.source) ?? link;
    return (this.home?.phones ?? []).map((card) => {
      const links = card.links.map(live);
      const more = this.#links.filter(
        (link) =>
          card.parts.some(({ id }) => link.phone === id) &&
          !links.some(({ source }) => source === link.source),
      );
      return { ...card, links: [...links, ...more] };
    });
  });

  /** Ways that answer, or want something, and lead to no phone that was mirrored before. */
  readonly newcomers: readonly PhoneLink[] = $derived.by(() => {
    const known = this.phones.flatMap(({ links }) => links.map(({ source }) => source));
    return this.home ? this.#links.filter((link) => !known.includes(link.source) && isHere(link)) : [];
  });

  constructor(api: Api) {
    this.#api = api;
  }

  /** Keeps up with the archive and, unless told not to ask them, the phones. Returns how to stop. */
  follow(asking = true): () => void {
    void this.read();
    if (asking) void this.look();
    const stops = [
      this.#api.on('changed', () => void this.read()),
      this.#api.on('reachable', (links) => {
        this.#links = links;
      }),
    ];
    const clock = setInterval(() => (this.now = Date.now()), tick);
    return () => {
      clearInterval(clock);
      for (const stop of stops) stop();
    };
  }

  /** Reads the archive anew. */
  async read(): Promise<void> {
    try {
      [this.opening, this.home] = await Promise.all([this.#api.opening(), this.#api.home()]);
      this.now = Date.now();
      this.refused = null;
    } catch (thrown) {
      this.refused = thrown;
    }
  }

  /** Asks the phones whether they are there. */
  async look(): Promise<void> {
    this.looking = true;
    try {
      this.#links = await this.#api.reachable();
    } catch {
      // Nobody answered: the links stay as they were last known.
    } finally {
      this.looking = false;
    }
  }

  /** Forgets a way to a phone. What is kept stays kept. */
  async forget(link: PhoneLink): Promise<void> {
    await this.#api.forgetSource(link.name ?? link.source);
    this.#links = this.#links.filter(({ source }) => source !== link.source);
    await this.read();
  }
}

function isHere(link: PhoneLink): boolean {
  return (
    link.ready === true || (link.needs !== null && link.needs !== 'unplugged' && link.needs !== 'missing')
  );
}
