// Phones that can be found now, and the test of one address.

import type { Api, PhoneLink, TroubleKind } from '../../ipc';
import { isTrouble } from '../../ipc';
import { sourceOf } from './address';

export type Tested =
  | { state: 'idle' }
  | { state: 'testing' }
  | { state: 'ready' }
  | { state: 'bad-address' }
  | { state: 'needs'; kind: TroubleKind };

export class Finder {
  links = $state.raw<readonly PhoneLink[]>([]);
  looking = $state(false);
  address = $state('');
  tested = $state.raw<Tested>({ state: 'idle' });
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Looks once, and takes whoever comes later. Returns how to stop. */
  follow(): () => void {
    void this.look();
    return this.#api.on('reachable', (links) => (this.links = links));
  }

  async look(): Promise<void> {
    this.looking = true;
    try {
      this.links = await this.#api.reachable();
    } catch {
      // Nobody answered: what was found stays.
    } finally {
      this.looking = false;
    }
  }

  /** Remembers the address and asks it. An address where no phone answers is forgotten again. */
  async test(): Promise<void> {
    const source = sourceOf(this.address);
    if (!source) {
      this.tested = { state: 'bad-address' };
      return;
    }
    this.tested = { state: 'testing' };
    try {
      const added = await this.#add(source);
      this.links = await this.#api.reachable();
      const link = this.links.find((found) => found.source === source);
      if (link?.ready) {
        this.tested = { state: 'ready' };
        return;
      }
      this.tested = { state: 'needs', kind: link?.needs ?? 'unplugged' };
      // A phone that is mirrored asks its owner to trust this computer.
      if (added && link?.needs !== 'not-trusted') await this.#api.forgetSource(link?.name ?? source);
    } catch (thrown) {
      this.tested = { state: 'needs', kind: isTrouble(thrown) ? thrown.kind : 'bug' };
    }
  }

  /** Whether it was not remembered before. What was found last does not tell: it may have been forgotten since. */
  async #add(source: string): Promise<boolean> {
    try {
      await this.#api.addSource(source, null);
      return true;
    } catch (thrown) {
      if (isTrouble(thrown) && thrown.kind === 'taken') return false;
      throw thrown;
    }
  }
}
