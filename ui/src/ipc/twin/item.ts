// What the twin knows of any item: when it came, when it left, and what it was before.

import type { Change, Contact, Entry, Kept, Kind, Time, VersionRow } from '../bindings';
import { hex } from './chance';
import type { Phone } from './phones';

export interface Item {
  id: string;
  kind: Kind;
  title: string;
  phone: Phone;
  collection: string;
  account: string | null;
  firstSeen: Time;
  /** When it left the phone; null while it is there. */
  gone: Time | null;
  /** Oldest first. The last one is how it is now. */
  states: { at: Time; change: Change; contact?: Contact; components?: Entry[] }[];
  damaged?: boolean;
}

export function presentAt(item: Item, asOf: Time | null): boolean {
  if (asOf === null) return item.gone === null;
  return item.firstSeen <= asOf && (item.gone === null || item.gone > asOf);
}

/** Its state on a day, or undefined when it was not there yet. */
export function stateAt(item: Item, asOf: Time | null): Item['states'][number] | undefined {
  return asOf === null ? item.states.at(-1) : item.states.findLast(({ at }) => at <= asOf);
}

export function kept(item: Item, asOf: Time | null): Kept {
  return {
    id: item.id,
    kind: item.kind,
    title: item.title,
    phone: item.phone.id,
    phone_name: item.phone.name,
    source: item.phone.source,
    collection: item.collection,
    account: item.account,
    present: presentAt(item, asOf),
    digest: hex(`${item.id} now`, 64),
    first_seen: item.firstSeen,
    last_changed: item.gone ?? item.states.at(-1)?.at ?? item.firstSeen,
    damage: item.damaged ? 'altered' : null,
  };
}

export function versions(item: Item): VersionRow[] {
  const rows: VersionRow[] = item.states.map((state, at) => ({
    change: state.change,
    standing: 'counted',
    at: state.at,
    run: `${state.at.slice(0, 10)}-${hex(state.at, 4)}`,
    digest: hex(`${item.id} ${at}`, 64),
    contact: state.contact ?? null,
    components: state.components ?? null,
    unreadable: false,
  }));
  if (item.gone) {
    rows.push({
      change: 'gone',
      standing: 'counted',
      at: item.gone,
      run: `${item.gone.slice(0, 10)}-${hex(item.gone, 4)}`,
      digest: null,
      contact: null,
      components: null,
      unreadable: false,
    });
  }
  return rows.reverse();
}
