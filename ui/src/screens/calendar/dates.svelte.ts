// What the calendar shows: the calendars, which of them are shown, and the occurrences of the days in sight.

import { Answer } from '../../frame/answer.svelte';
import type { Api, CalendarRow, Occurrence, Reading, Span } from '../../ipc';
import { colourOf } from './colour';
import { order, place, type Placed } from './packing';

export interface Shelf {
  readonly row: CalendarRow;
  /** As an occurrence names it. */
  readonly index: number;
  readonly key: string;
  readonly colour: string;
}

/** A phone, or an account that may belong to one. */
interface Part {
  readonly id: string;
  readonly name: string;
  /** What it belongs to; itself where it is on its own. */
  readonly whole: { id: string; name: string };
  readonly reading: Reading | null;
}

/** The calendars of one phone or account. */
export interface Group {
  readonly phone: string;
  /** The phone that it is, or belongs to. */
  readonly whole: string;
  readonly phoneName: string;
  readonly account: string | null;
  readonly shelves: readonly Shelf[];
  /** What the last reading of its events said, where that was not all. */
  readonly reading: Exclude<Reading, { reading: 'complete' }> | null;
}

/** Lives as long as the window: it is a way of looking, not a setting. */
const kept = 'calendar.hidden';

/** The occurrences of some days, in the order in which days are filled: laid out when they come, not when they are shown. */
interface Found {
  readonly span: string;
  readonly placed: readonly Placed[];
}

export class Dates {
  readonly calendars = new Answer<readonly CalendarRow[]>();
  readonly #occurrences = new Answer<Found>();
  /** What the archive has for the days in sight and those beside them, until it changes. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing that is shown follows it
  #known = new Map<string, Promise<Found> | Found>();
  #hidden = $state.raw(JSON.parse(sessionStorage.getItem(kept) ?? '[]') as readonly string[]);
  #phones = $state.raw<readonly Part[]>([]);
  #asked = $state.raw<Span | null>(null);
  #beside: readonly Span[] = [];
  readonly #api: Api;

  readonly shelves: readonly Shelf[] = $derived(
    (this.calendars.value ?? [])
      .map((row, index) => ({
        row,
        index,
        key: `${row.phone} ${row.id}`,
        colour: colourOf(row, index),
      }))
      .filter(({ row }) => row.kind === 'event'),
  );

  readonly groups: readonly Group[] = $derived.by(() => {
    const groups: (Group & { shelves: Shelf[] })[] = [];
    for (const shelf of this.shelves) {
      // A list of to-dos comes as a calendar without events: there is nothing to show or hide.
      if (
        shelf.row.items === 0 &&
        !this.#occurrences.value?.placed.some(({ it }) => it.calendar === shelf.index)
      )
        continue;
      const { phone, account } = shelf.row;
      const known = this.#phones.find(({ id }) => id === phone);
      const whole = known?.whole ?? { id: phone, name: phone };
      const named = account ?? (whole.id === phone ? null : (known?.name ?? phone));
      let group = groups.find((other) => other.phone === phone && other.account === named);
      if (!group) {
        const reading = known?.reading && known.reading.reading !== 'complete' ? known.reading : null;
        group = { phone, whole: whole.id, phoneName: whole.name, account: named, shelves: [], reading };
        groups.push(group);
      }
      group.shelves.push(shelf);
    }
    // Accounts of one phone stand together.
    const order = ({ phone, whole }: Group) => `${whole} ${phone === whole ? '' : phone}`;
    return groups.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  });

  /** For each calendar, by its index, whether it is shown. */
  readonly #shown: readonly boolean[] = $derived.by(() => {
    const shown: boolean[] = [];
    for (const { key, index } of this.shelves) shown[index] = this.isShown(key);
    return shown;
  });

  /** Null while the days asked for have no answer yet: those of other days are not shown for them. */
  readonly placed: readonly Placed[] | null = $derived.by(() => {
    const answer = this.#occurrences.value;
    if (!answer || !this.#asked || answer.span !== keyOf(this.#asked)) return null;
    return answer.placed.flatMap((placed) => {
      const { it } = placed;
      if (this.#shown[it.calendar]) return placed;
      // Its calendar is hidden, and not that of the same event from another source.
      const other = it.also.find(({ calendar }) => this.#shown[calendar]);
      return other ? place({ ...it, ...other, also: [] }) : [];
    });
  });

  readonly trouble: unknown = $derived(this.calendars.trouble ?? this.#occurrences.trouble);
  /** There are calendars, and none is shown. */
  readonly allHidden: boolean = $derived(this.shelves.length > 0 && !this.#shown.includes(true));

  constructor(api: Api) {
    this.#api = api;
  }

  /** Keeps up with the archive. Returns how to stop. */
  follow(): () => void {
    void this.#readCalendars();
    return this.#api.on('changed', () => this.again());
  }

  /** `beside`: days that are likely to be asked for next; they are asked for when these have their answer. */
  async read(span: Span, beside: readonly Span[] = []): Promise<void> {
    this.#asked = span;
    this.#beside = beside;
    const wanted = [span, ...beside].map(keyOf);
    for (const known of this.#known.keys()) if (!wanted.includes(known)) this.#known.delete(known);
    const found = this.#find(span);
    if ('placed' in found) this.#occurrences.know(found);
    else await this.#occurrences.ask(found);
    if (this.#asked === span) for (const next of beside) void this.#find(next);
  }

  again(): void {
    this.#known.clear();
    void this.#readCalendars();
    if (this.#asked) void this.read(this.#asked, this.#beside);
  }

  #find(span: Span): Promise<Found> | Found {
    const key = keyOf(span);
    const known = this.#known.get(key);
    if (known) return known;
    const asked = this.#api.occurrences(span).then((found) => ({
      span: key,
      placed: found.map(place).sort(order),
    }));
    this.#known.set(key, asked);
    // Only as long as nothing else is known of these days: the archive may have changed meanwhile.
    const settle = (found: Found | null) => {
      if (this.#known.get(key) !== asked) return;
      if (found) this.#known.set(key, found);
      else this.#known.delete(key);
    };
    asked.then(settle, () => settle(null));
    return asked;
  }

  shelfOf(occurrence: Occurrence): Shelf | undefined {
    return this.shelves.find(({ index }) => index === occurrence.calendar);
  }

  /** Where the same event is from other sources than this one: the name of each calendar and of whose it is. */
  elsewhere({ id, calendar, also }: Occurrence, than: string): { id: string; name: string; phone: string }[] {
    const others = [{ id, calendar }, ...also].filter((one) => one.id !== than);
    return others.flatMap(({ id, calendar }) => {
      const row = this.calendars.value?.[calendar];
      if (!row) return [];
      const phone = this.#phones.find(({ id }) => id === row.phone)?.name ?? row.phone;
      return { id, name: row.name, phone };
    });
  }

  isShown(key: string): boolean {
    return !this.#hidden.includes(key);
  }

  show(key: string, shown: boolean): void {
    const others = this.#hidden.filter((hidden) => hidden !== key);
    this.#hide(shown ? others : [...others, key]);
  }

  only(key: string): void {
    this.#hide(this.shelves.map((shelf) => shelf.key).filter((other) => other !== key));
  }

  showAll(): void {
    this.#hide([]);
  }

  #hide(hidden: readonly string[]): void {
    this.#hidden = hidden;
    sessionStorage.setItem(kept, JSON.stringify(hidden));
  }

  async #readCalendars(): Promise<void> {
    await Promise.all([this.calendars.ask(this.#api.calendars()), this.#readPhones()]);
  }

  async #readPhones(): Promise<void> {
    try {
      const { phones } = await this.#api.home();
      this.#phones = phones.flatMap((whole) =>
        whole.parts.map(({ id, name, kinds }) => ({
          id,
          name,
          whole: { id: whole.id, name: whole.name },
          reading: kinds.find(({ kind }) => kind === 'event')?.reading ?? null,
        })),
      );
    } catch {
      // Without it a phone has its id for a name; the calendars say themselves what is wrong.
    }
  }
}

function keyOf({ from, to, as_of }: Span): string {
  return `${from} ${to} ${as_of}`;
}
