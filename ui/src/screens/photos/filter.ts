// What narrows the timeline: from the place's query and back. Pure.

import { endOf } from '../../frame/place';
import type { PhotoFilter } from '../../ipc';

type Query = Readonly<Record<string, string>>;

/** Keys of the place's query that narrow the timeline. */
export const switches = ['favourites', 'screenshots', 'gone'] as const;
export type Switch = (typeof switches)[number];

export interface Narrowing {
  readonly kind: 'photo' | 'film' | null;
  readonly phone: string | null;
  readonly on: readonly Switch[];
}

export function narrowingOf(query: Query): Narrowing {
  const { kind, phone } = query;
  return {
    kind: kind === 'photo' || kind === 'film' ? kind : null,
    phone: phone || null,
    on: switches.filter((name) => query[name] === '1'),
  };
}

export function isNarrow({ kind, phone, on }: Narrowing): boolean {
  return kind !== null || phone !== null || on.length > 0;
}

/** What takes every narrowing out of the query. */
export const wide: Record<string, null> = Object.fromEntries(
  ['kind', 'phone', ...switches].map((key) => [key, null]),
);

/** As the engine is asked. `asOf` is a day: as it was at its end. */
export function filterOf({ kind, phone, on }: Narrowing, asOf: string | null): PhotoFilter {
  return {
    kinds: kind === null ? [] : [kind],
    phone,
    favourites: on.includes('favourites'),
    screenshots: on.includes('screenshots'),
    gone: on.includes('gone'),
    as_of: endOf(asOf),
  };
}
