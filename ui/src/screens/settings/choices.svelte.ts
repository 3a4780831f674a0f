// The owner's settings as they hold now. A change is sent at once, and undone when it is refused.

import { apply } from '../../frame/settings';
import type { Api, Settings } from '../../ipc';

export class Choices {
  now = $state.raw<Settings | null>(null);
  refused = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async read(): Promise<void> {
    try {
      this.now = await this.#api.settings();
    } catch (thrown) {
      this.refused = thrown;
    }
  }

  async change(part: Partial<Settings>): Promise<void> {
    const before = this.now;
    if (!before) return;
    this.refused = null;
    this.now = { ...before, ...part };
    try {
      this.now = await this.#api.changeSettings(this.now);
    } catch (thrown) {
      this.now = before;
      this.refused = thrown;
    }
    await apply(this.now);
  }
}
