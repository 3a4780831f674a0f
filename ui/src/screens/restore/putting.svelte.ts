// Something kept on its way back: where it can go, what that would write, and what came of it.

import type { Api, Kind, Policy, RestoreDone, RestoreOrder, RestorePlaces, Running } from '../../ipc';
import { phonesOf } from './phones';

/** What somebody wants back. */
export interface Wish {
  /** Which kinds there are to choose from. */
  kinds: readonly Kind[];
  /** One item, and its title; null: everything of a kind. */
  item: { id: string; title: string } | null;
  /** The phone or account it was on; null: any, and one is to be chosen. */
  phone: string | null;
  /** As it was then; null: as it counts now. */
  asOf: string | null;
  /** The moment in words: `as on 3 March 2026`. */
  when: string;
  /** What is proposed for what is there otherwise. */
  policy: Policy;
}

export type Step = 'choose' | 'looking' | 'preview' | 'writing' | 'done';

export const policies = ['merge', 'keep-both', 'keep-phone', 'keep-archive'] as const;

/** Stands for all collections, or for the place where each item was. */
export const all = '';

export class Putting {
  readonly wish: Wish;
  places = $state.raw<RestorePlaces | null>(null);
  step = $state<Step>('choose');
  kind = $state<Kind>('contact');
  phone = $state('');
  collection = $state(all);
  to = $state('');
  into = $state(all);
  policy = $state<Policy>('merge');
  /** What would be written, or what came of it. */
  report = $state.raw<RestoreDone | null>(null);
  running = $state.raw<Running | null>(null);
  refused = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api, wish: Wish) {
    this.#api = api;
    this.wish = wish;
    this.kind = wish.kinds[0] ?? 'contact';
    this.policy = wish.policy;
  }

  /** Keeps up with the work, once the places are known. Returns how to stop. */
  follow(): () => void {
    void this.#read();
    return this.#api.on('running', (running) => {
      if (this.busy && (running.job === 'preview' || running.job === 'restore')) this.running = running;
    });
  }

  get busy(): boolean {
    return this.step === 'looking' || this.step === 'writing';
  }

  /** Phones and accounts something was kept of. */
  readonly phones = $derived(phonesOf(this.places?.collections ?? []));
  /** Where what is chosen can be put back. */
  readonly targets = $derived((this.places?.targets ?? []).filter(({ kinds }) => kinds.includes(this.kind)));
  readonly target = $derived(this.targets.find(({ source }) => source === this.to) ?? null);
  /** It goes to another phone or account than it was on. */
  readonly elsewhere = $derived(
    this.target !== null && this.phone !== '' && this.target.phone !== this.phone,
  );
  readonly collections = $derived(
    (this.places?.collections ?? []).filter(({ phone, kind }) => phone === this.phone && kind === this.kind),
  );
  /** Collections of the target that can be written to. */
  readonly takers = $derived(
    (this.places?.collections ?? []).filter(
      ({ phone, kind, read_only }) => phone === this.target?.phone && kind === this.kind && !read_only,
    ),
  );
  /** Something would be written. */
  readonly writes = $derived(
    this.report !== null && this.report.counts.added + this.report.counts.updated > 0,
  );

  from(phone: string): void {
    this.phone = phone;
    this.collection = all;
    const own = this.targets.find((target) => target.phone === phone);
    this.to = (own ?? this.targets[0])?.source ?? '';
    this.into = all;
  }

  async look(): Promise<void> {
    await this.#ask('looking', true, 'preview', 'choose');
  }

  async write(): Promise<void> {
    await this.#ask('writing', false, 'done', 'preview');
  }

  back(): void {
    this.step = 'choose';
    this.refused = null;
  }

  stop(): void {
    void this.#api.cancel().catch((thrown: unknown) => (this.refused = thrown));
  }

  async #read(): Promise<void> {
    try {
      this.places = await this.#api.restorePlaces();
      this.from(this.wish.phone ?? this.targets[0]?.phone ?? this.phones[0]?.value ?? '');
    } catch (thrown) {
      this.refused = thrown;
    }
  }

  async #ask(during: Step, preview: boolean, then: Step, otherwise: Step): Promise<void> {
    this.step = during;
    this.refused = null;
    this.running = null;
    try {
      this.report = await this.#api.restore(this.#order(), preview);
      this.step = then;
    } catch (thrown) {
      this.refused = thrown;
      this.step = otherwise;
    }
  }

  #order(): RestoreOrder {
    const { item, asOf } = this.wish;
    return {
      kind: this.kind,
      ids: item ? [item.id] : [],
      phone: item ? null : this.phone,
      collection: item || this.collection === all ? null : this.collection,
      as_of: asOf,
      to: this.to,
      into: this.into === all ? null : this.into,
      policy: this.policy,
    };
  }
}
