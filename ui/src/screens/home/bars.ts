// How far each kind of a run is, as a share and a few words. Pure; the words are those of the language in use.

import type { KindProgress, Running } from '../../ipc';
import { format, t } from '../../words';

export interface Bar {
  /** From 0 to 1; null while it cannot be said. */
  share: number | null;
  state: 'waiting' | 'active' | 'done';
  text: string;
  /** What could not be read; empty when all could. */
  unread: string;
}

export function bar(progress: KindProgress, active: boolean): Bar {
  const { kind, items, items_done, listed, unread, bytes, bytes_done } = progress;
  const told = unread > 0 ? t.home.barUnread(unread) : '';
  if (progress.done) {
    const came = items_done - unread;
    const text =
      came > 0
        ? t.home.barDone(t.reading.counted[kind](came))
        : listed === 0
          ? t.home.barNone
          : unread > 0
            ? ''
            : t.home.barNothing;
    return { share: 1, state: 'done', text, unread: told };
  }
  if (items === null) {
    return {
      share: active ? null : 0,
      state: active ? 'active' : 'waiting',
      text: active ? t.home.barListing : t.home.barWaiting,
      unread: told,
    };
  }
  const facts = [t.common.of(format.number(items_done), format.number(items))];
  if (bytes) facts.push(amount(bytes_done, bytes));
  return {
    share: bytes ? bytes_done / bytes : items > 0 ? items_done / items : null,
    state: active ? 'active' : 'waiting',
    text: facts.join(' · '),
    unread: told,
  };
}

/** The whole: by bytes where the phone says sizes, else by items; null while neither is known. */
export function whole(running: Running): number | null {
  if (running.bytes) return Math.min(running.bytes_done / running.bytes, 1);
  if (running.items) return running.items_done / running.items;
  return null;
}

/** What is being done, in words. */
export function stage(running: Running): string {
  const kind = running.kind ? t.reading.nouns[running.kind] : '';
  const words = t.home.running;
  switch (running.stage) {
    case 'listing':
      return kind ? words.listing(kind) : words.working;
    case 'fetching':
      return kind ? words.fetching(kind) : words.working;
    case 'judging':
      return kind ? words.judging(kind) : words.working;
    case 'writing':
      return kind ? words.writing(kind) : words.working;
    default:
      return words[running.stage];
  }
}

/** Bytes of the whole; the whole is only what the phone says sizes of, so more than it may come. */
function amount(done: number, whole: number): string {
  return done > whole ? format.bytes(done) : t.home.bytesOf(format.bytes(done), format.bytes(whole));
}

/** How fast and how long, each only when it can be said. */
export function pace(running: Running): string {
  const facts = [];
  if (running.items) facts.push(t.common.of(format.number(running.items_done), format.number(running.items)));
  if (running.bytes) facts.push(amount(running.bytes_done, running.bytes));
  if (running.rate > 0) facts.push(format.rate(running.rate));
  if (running.left !== null) facts.push(t.common.timeLeft(format.span(running.left)));
  return facts.join(' · ');
}

/** What a run has brought, in one sentence. */
export function brought(running: Running): string {
  const counts = running.kinds
    .map(({ kind, items_done, unread }) => ({ kind, came: items_done - unread }))
    .filter(({ came }) => came > 0);
  if (counts.length === 0) return t.home.cameNothing;
  return t.home.came(format.list(counts.map(({ kind, came }) => t.reading.counted[kind](came))));
}
