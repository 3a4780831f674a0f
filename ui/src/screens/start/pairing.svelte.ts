// The pairing with a phone's wireless debugging: its address and code as it shows them.

import type { Api, TroubleKind } from '../../ipc';
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
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
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
      this.paired = { state: 'failed', kind: isTrouble(thrown) ? thrown.kind : 'bug' };
    }
    // It is good for once.
    this.code = '';
  }
}
