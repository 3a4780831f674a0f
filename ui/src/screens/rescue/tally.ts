// What a rescue has brought and what it has not, kind by kind. Pure.

import type { Kind, KindProgress, Reading, Running } from '../../ipc';

export interface Tally {
  /** Kinds of which something is here, with how much. */
  came: { kind: Kind; items: number }[];
  /** Kinds that are not whole. `why` is what the reader says, where it is known. */
  missing: { kind: Kind; unread: number; items: number; reached: boolean; why: Reading | null }[];
}

/** `readings` are what the archive knows of the phone's kinds; null while that is not known. */
export function tally(running: Running, readings: ReadonlyMap<Kind, Reading | null> | null): Tally {
  const came = running.kinds
    .map((progress) => ({ kind: progress.kind, items: brought(progress) }))
    .filter(({ items }) => items > 0);
  const missing = running.kinds
    .map((progress) => ({
      kind: progress.kind,
      unread: progress.unread,
      items: brought(progress),
      reached: progress.done,
      why: readings?.get(progress.kind) ?? null,
    }))
    .filter(
      ({ unread, reached, why }) => !reached || unread > 0 || (why !== null && why.reading !== 'complete'),
    );
  return { came, missing };
}

/** What is here of a kind: what was fetched, and what had come in an earlier run and is still on the phone. */
function brought({ listed, items, items_done, unread, done }: KindProgress): number {
  const before = done && listed !== null && items !== null ? Math.max(0, listed - items) : 0;
  return before + Math.max(0, items_done - unread);
}
