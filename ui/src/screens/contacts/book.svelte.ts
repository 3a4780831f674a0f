// The address book as the list shows it: everyone that is kept, on a day, and the phones they are from.

import { Answer } from '../../frame/answer.svelte';
import type { Api, Person } from '../../ipc';
import { endOf } from '../../frame/place';
import { sharing, wholes, type Sharings, type Whole } from '../home/belonging';
import { collectionsOf, listed } from './search';

export class Book {
  readonly answer = new Answer<readonly Person[]>();
  /** Phones to choose from; fewer than two are no choice. */
  phones = $state.raw<readonly Whole[]>([]);
  /** Where a phone has several sources of contacts: each of them. */
  sources = $state.raw<Sharings>({});
  readonly #api: Api;
  #asOf: string | null = null;

  /** Null until the first answer. */
  readonly all = $derived(this.answer.value && listed(this.answer.value));
  readonly collections = $derived(collectionsOf(this.answer.value ?? []));
  readonly hasCopies = $derived(this.answer.value?.some(({ derived }) => derived) ?? false);

  constructor(api: Api) {
    this.#api = api;
  }

  read(asOf: string | null = this.#asOf): Promise<void> {
    this.#asOf = asOf;
    return this.answer.ask(this.#api.people(endOf(asOf)));
  }

  /** Follows the archive. Returns how to stop. */
  follow(): () => void {
    void this.#readPhones();
    return this.#api.on('changed', () => {
      void this.read();
      void this.#readPhones();
    });
  }

  async #readPhones(): Promise<void> {
    try {
      const { phones } = await this.#api.home();
      this.phones = wholes(phones);
      this.sources = sharing(phones, 'contact');
    } catch {
      // Without them there is no filter by phone; the list itself says what is wrong.
    }
  }
}
