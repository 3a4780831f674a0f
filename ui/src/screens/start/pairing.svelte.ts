// The pairing with a phone's wireless debugging: by the address and code that it shows, or by a code that it scans here.

import type { Api, PairingCode, TroubleKind } from '../../ipc';
import { isTrouble } from '../../ipc';
import { codeOf, pairingAt } from './address';

export type Paired =
  | { state: 'idle' }
  | { state: 'pairing' }
  | { state: 'paired' }
  | { state: 'bad-address' }
  | { state: 'bad-code' }
  | { state: 'failed'; kind: TroubleKind };

export class Pairing {
  address = $state('');
  code = $state('');
  paired = $state.raw<Paired>({ state: 'idle' });
  /** The QR code that is shown; null: none. */
  shown = $state.raw<PairingCode | null>(null);
  /** The address that was filled in by itself. */
  #heard = '';
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Fills the address in while one phone shows a code. Returns how to stop; a QR code is then shown no longer. */
  follow(): () => void {
    this.#api.pairing().then(
      (addresses) => this.#hear(addresses),
      // Nobody could be heard: the address is typed.
      () => {},
    );
    const stop = this.#api.on('pairing', (addresses) => this.#hear(addresses));
    return () => {
      stop();
      this.shown = null;
    };
  }

  async pair(): Promise<void> {
    const [address, code] = [pairingAt(this.address), codeOf(this.code)];
    if (!address || !code) {
      this.paired = { state: address ? 'bad-code' : 'bad-address' };
      return;
    }
    this.paired = { state: 'pairing' };
    try {
      await this.#api.pair(address, code);
      this.paired = { state: 'paired' };
    } catch (thrown) {
      this.paired = failed(thrown);
    }
    // It is good for once.
    this.code = '';
  }

  /** Shows a QR code until a phone has scanned it, and a new one whenever it is no longer good. */
  async invite(): Promise<void> {
    this.paired = { state: 'idle' };
    try {
      do {
        const code = await this.#api.invite();
        this.shown = code;
        const scanned = await this.#isScanned();
        if (this.shown !== code) return;
        if (scanned) this.paired = { state: 'paired' };
      } while (this.paired.state !== 'paired');
    } catch (thrown) {
      if (this.shown) this.paired = failed(thrown);
    }
    this.shown = null;
  }

  /** False when nobody came in time. */
  async #isScanned(): Promise<boolean> {
    try {
      await this.#api.pairInvited();
      return true;
    } catch (thrown) {
      if (isTrouble(thrown) && thrown.kind === 'phone-busy') return false;
      throw thrown;
    }
  }

  #hear(addresses: readonly string[]): void {
    const [only, ...others] = addresses;
    const heard = only && others.length === 0 ? only : '';
    if (this.address === this.#heard) this.address = heard;
    this.#heard = heard;
  }
}

function failed(thrown: unknown): Paired {
  return { state: 'failed', kind: isTrouble(thrown) ? thrown.kind : 'bug' };
}
