// All runs, kept up with the archive, and the owner's answer to what is held back.

import { Answer } from '../../frame/answer.svelte';
import type { Api, RunId, RunRow } from '../../ipc';
import { wholes, type Whole } from '../home/belonging';
import { daysWithRuns, phonesOf } from './story';

export class Runs {
  readonly answer = new Answer<readonly RunRow[]>();
  /** Why the last decision was refused. */
  refused = $state.raw<unknown>(null);
  /** A decision was sent and has no answer yet. */
  deciding = $state(false);
  /** The phones, each with what belongs to it. */
  wholes = $state.raw<readonly Whole[]>([]);
  readonly #api: Api;

  /** Newest first; null until the first answer. */
  readonly all = $derived(this.answer.value);
  readonly phones = $derived(phonesOf(this.all ?? [], this.wholes));
  readonly days = $derived(daysWithRuns(this.all ?? []));

  constructor(api: Api) {
    this.#api = api;
  }

  find(id: RunId | null): RunRow | undefined {
    return id === null ? undefined : this.all?.find((run) => run.id === id);
  }

  async read(): Promise<void> {
    await Promise.all([this.answer.ask(this.#api.runs()), this.#readPhones()]);
  }

  /** Follows the archive. Returns how to stop. */
  follow(): () => void {
    void this.read();
    return this.#api.on('changed', () => void this.read());
  }

  /** True when it was taken. */
  async decide(run: RunId, accept: boolean): Promise<boolean> {
    this.deciding = true;
    this.refused = null;
    try {
      await this.#api.decide(run, accept);
      await this.read();
      return true;
    } catch (thrown) {
      this.refused = thrown;
      return false;
    } finally {
      this.deciding = false;
    }
  }

  async #readPhones(): Promise<void> {
    try {
      this.wholes = wholes((await this.#api.home()).phones);
    } catch {
      // Without them each is a phone of its own; the runs themselves say what is wrong.
    }
  }
}
