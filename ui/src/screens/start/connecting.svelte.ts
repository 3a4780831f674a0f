// An account on its way to be connected: the login, what was found there, and what is to be mirrored of it.

import type { AccountCollection, AccountFound, Api, PhoneCard, Trouble } from '../../ipc';
import { isTrouble } from '../../ipc';
import { likely } from '../home/belonging';
import { sourcesOf, type Preset, type Trust } from './presets';

export class Connecting {
  readonly preset: Preset;
  user = $state('');
  server = $state('');
  password = $state('');
  name = $state('');
  asking = $state(false);
  /** What each of the servers has; null until all have answered. */
  found = $state.raw<readonly AccountFound[] | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** The phones that it may belong to. */
  phones = $state.raw<readonly PhoneCard[]>([]);
  /** The phone that it belongs to; empty where it is on its own. */
  whose = $state('');
  /** Collections that are not to be mirrored. */
  left = $state.raw<readonly AccountCollection[]>([]);
  /** What was accepted, and of which server: another one is trusted anew. */
  #trust: Trust = { certificate: null, insecure: false };
  #trusted = '';
  #asked = 0;
  readonly #api: Api;

  constructor(api: Api, preset: Preset) {
    this.#api = api;
    this.preset = preset;
  }

  /** Whether there is enough to begin with. */
  get isFilled(): boolean {
    const trust = { certificate: null, insecure: false };
    return sourcesOf(this.preset, this.user, this.server, trust).length > 0;
  }

  /** Looks what the account holds. An answer to an earlier question, or to one that was given up, counts no more. */
  async look(): Promise<void> {
    const asked = ++this.#asked;
    this.asking = true;
    this.trouble = null;
    if (this.#trusted !== this.server) this.#trust = { certificate: null, insecure: false };
    try {
      const sources = sourcesOf(this.preset, this.user, this.server, this.#trust);
      const [found, phones] = await Promise.all([
        Promise.all(sources.map((source) => this.#api.lookInto(source, this.password || null))),
        // Before the first run there is no archive, and no phone in it.
        this.#api.home().then(
          ({ phones }) => phones,
          () => [],
        ),
      ]);
      if (asked !== this.#asked) return;
      this.found = found;
      this.phones = phones.filter(({ id }) => found.every(({ phone }) => phone !== id));
      this.whose = likely(phones, found[0]?.phone ?? '');
      this.name = found[0]?.remembered ?? found[0]?.name ?? '';
      this.left = found.flatMap(({ collections }) => collections.filter((one) => one.left_out));
    } catch (thrown) {
      if (asked === this.#asked) this.trouble = troubleOf(thrown);
    } finally {
      if (asked === this.#asked) this.asking = false;
    }
  }

  /** Nobody waits for the answer any longer. */
  give(): void {
    this.#asked += 1;
    this.asking = false;
  }

  /** Believes the certificate that was shown, or does without TLS, and looks again. */
  async accept(): Promise<void> {
    this.#trusted = this.server;
    if (this.trouble?.kind === 'certificate') this.#trust.certificate = this.trouble.subject;
    if (this.trouble?.kind === 'insecure') this.#trust.insecure = true;
    await this.look();
  }

  choose(collection: AccountCollection, wanted: boolean): void {
    const others = this.left.filter((one) => one !== collection);
    this.left = wanted ? others : [...others, collection];
  }

  back(): void {
    this.found = null;
    this.trouble = null;
  }

  /** Remembers it; the sources to mirror, or null where that was refused. */
  async connect(): Promise<string[] | null> {
    this.asking = true;
    this.trouble = null;
    try {
      const found = this.found ?? [];
      for (const [at, { source, name, collections }] of found.entries()) {
        await this.#api.addAccount({
          source,
          // Where address books and calendars are on servers of their own, two cannot have one name.
          name: at === 0 ? this.name.trim() || name : name,
          password: this.password || null,
          left_out: collections
            .filter((one) => this.left.includes(one))
            .map(({ kind, id, name }) => ({ kind, id, name })),
          belongs_to: this.whose || null,
        });
      }
      return found.map(({ source }) => source);
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
      return null;
    } finally {
      this.asking = false;
    }
  }
}

function troubleOf(thrown: unknown): Trouble {
  return isTrouble(thrown) ? thrown : { kind: 'bug', subject: null, detail: String(thrown) };
}
