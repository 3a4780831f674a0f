// The to-dos and their lists as the archive has them, on a day.

import { Answer } from '../../frame/answer.svelte';
import type { Api, CalendarRow, TaskRow } from '../../ipc';
import { endOf } from '../../frame/place';
import { ordered } from './order';

interface All {
  lists: readonly CalendarRow[];
  rows: readonly TaskRow[];
}

export class Board {
  readonly answer = new Answer<All>();
  readonly #api: Api;
  #asOf: string | null = null;

  /** Null until the first answer. */
  readonly rows = $derived(this.answer.value && ordered(this.answer.value.rows));
  /** Calendars are among them: a to-do names its list by its index in all. */
  readonly all = $derived(this.answer.value?.lists ?? []);
  readonly lists = $derived(
    this.all.map((list, index) => ({ ...list, index })).filter(({ kind }) => kind === 'task'),
  );

  constructor(api: Api) {
    this.#api = api;
  }

  read(asOf: string | null = this.#asOf): Promise<void> {
    this.#asOf = asOf;
    const both = Promise.all([this.#api.calendars(), this.#api.tasks(endOf(asOf))]);
    return this.answer.ask(both.then(([lists, rows]) => ({ lists, rows })));
  }

  /** Follows the archive. Returns how to stop. */
  follow(): () => void {
    return this.#api.on('changed', () => void this.read());
  }
}
