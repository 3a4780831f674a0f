// Everything the twin holds, made once. Days are counted back from the `now` that is passed in.

import type { Kind, Time } from '../bindings';
import { hex } from './chance';
import { events, tasks, type Event, type Task } from './dates';
import type { Item } from './item';
import { copiesOf, people } from './people';
import { account, pixel } from './phones';
import { item, shots, type Shot } from './pictures';

export interface Size {
  contacts: number;
  events: number;
  photos: number;
}

export const demo: Size = { contacts: 62, events: 260, photos: 620 };
export const many: Size = { contacts: 10_000, events: 20_000, photos: 100_000 };

export class World {
  readonly now: number;
  readonly contacts: Item[];
  readonly events: Event[];
  readonly tasks: Task[];
  readonly shots: Shot[];
  /** What the account has of the phone's people, where there is an account. */
  readonly copies: Item[] = [];
  /** What belongs to what. */
  readonly #belongs = new Map<string, string>();
  /** The owner's answer about the run that is held back; null while there is none. */
  decided: boolean | null = null;
  /** Items by id, made when first asked for: 100,000 pictures need none until one is opened. */
  readonly #byId = new Map<string, Item>();
  readonly #shotById = new Map<string, Shot>();
  #pictures: { photo: Item[]; film: Item[] } | null = null;

  /** `grouped`: with an account that belongs to the phone. */
  constructor(size: Size, now: number, grouped = false) {
    this.now = now;
    const at = (days: number) => this.at(days);
    const today = Math.floor(now / 86_400_000);
    this.contacts = people(size.contacts, at);
    this.events = events(size.events, today, at);
    this.tasks = tasks(today, at);
    this.shots = shots(size.photos, now, at);
    if (grouped) {
      this.copies = copiesOf(this.contacts);
      this.#belongs.set(account.id, pixel.id);
    }
    for (const known of [
      ...this.contacts,
      ...this.copies,
      ...this.events.map((event) => event.item),
      ...this.tasks.map((task) => task.item),
    ])
      this.#byId.set(known.id, known);
    for (const shot of this.shots) this.#shotById.set(shot.id, shot);
  }

  /** The phone that this one belongs to in the end. */
  head(phone: string): string {
    const to = this.#belongs.get(phone);
    return to === undefined ? phone : this.head(to);
  }

  /** Says what a phone belongs to; false where that would be itself. */
  join(phone: string, to: string | null): boolean {
    if (to === null) this.#belongs.delete(phone);
    else if (this.head(to) === phone) return false;
    else this.#belongs.set(phone, to);
    return true;
  }

  /** So many days ago, in the morning. */
  at(days: number): Time {
    return new Date(Math.floor(this.now / 86_400_000 - days) * 86_400_000 + 7.3 * 3_600_000).toISOString();
  }

  /** So many minutes ago. */
  ago(minutes: number): Time {
    return new Date(this.now - minutes * 60_000).toISOString();
  }

  runId(at: Time): string {
    return `${at.slice(0, 10)}-${hex(at, 4)}`;
  }

  /** The run that is held back. */
  get suspicious(): string {
    return `${this.at(6).slice(0, 10)}-held`;
  }

  shot(id: string): Shot | undefined {
    return this.#shotById.get(id);
  }

  item(id: string): Item | undefined {
    const shot = this.#shotById.get(id);
    return shot ? item(shot, seen(shot)) : this.#byId.get(id);
  }

  /** How many there are, and how many of them are on a phone. */
  count(kind: Kind): { all: number; present: number } {
    const of = (list: readonly { gone: Time | null }[]) => ({
      all: list.length,
      present: list.filter(({ gone }) => gone === null).length,
    });
    if (kind === 'photo') return of(this.shots.filter(({ film }) => film === null));
    if (kind === 'film') return of(this.shots.filter(({ film }) => film !== null));
    return of(this.items(kind));
  }

  items(kind: Kind): Item[] {
    if (kind === 'contact') return this.contacts;
    if (kind === 'event') return this.events.map((event) => event.item);
    if (kind === 'task') return this.tasks.map((task) => task.item);
    if (kind !== 'photo' && kind !== 'film') return [];
    if (!this.#pictures) {
      const all = this.shots.map((shot) => item(shot, seen(shot)));
      this.#pictures = {
        photo: all.filter((one) => one.kind === 'photo'),
        film: all.filter((one) => one.kind === 'film'),
      };
    }
    return this.#pictures[kind];
  }
}

function seen(shot: Shot): Time {
  return new Date(shot.wall + 3_600_000).toISOString();
}
