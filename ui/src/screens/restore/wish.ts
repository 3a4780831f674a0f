// What can be wanted back, from where it is looked at. Pure but for the words.

import type { HoldRow, Kept, Kind, RunRow, VersionRow } from '../../ipc';
import { format, t } from '../../words';
import type { Wish } from './putting.svelte';

const kinds: readonly Kind[] = ['contact', 'event', 'task'];

/** One item as a version of it was. Whoever asks for that version wants it as it was. */
export function versionOf({ id, kind, title, phone }: Kept, { at }: VersionRow): Wish {
  return {
    // A group that is a card goes back into its address book.
    kinds: [kind === 'group' ? 'contact' : kind],
    item: { id, title },
    phone,
    asOf: at,
    when: t.restore.version(format.dateTime(at)),
    policy: 'keep-archive',
  };
}

/** What was on a phone before a run; null when the run read nothing that can be put back. Of a restore it is the way back. */
export function beforeRun({ purpose, phone, at, outcome, verdicts }: RunRow): Wish | null {
  const read = kinds.filter((kind) => verdicts.some((verdict) => verdict.kind === kind));
  if (phone === null || outcome === null || read.length === 0) return null;
  const when = format.dateTime(at);
  return {
    kinds: read,
    item: null,
    phone,
    asOf: justBefore(at),
    when: purpose === 'restore' ? t.restore.beforeRestore(when) : t.restore.beforeRun(when),
    policy: purpose === 'restore' ? 'keep-archive' : 'merge',
  };
}

/** What was there before a change that is held back; null for what cannot be put back. */
export function beforeHold({ kind, phone, at }: HoldRow): Wish | null {
  if (!kinds.includes(kind)) return null;
  const when = t.restore.beforeRun(format.dateTime(at));
  return { kinds: [kind], item: null, phone, asOf: justBefore(at), when, policy: 'merge' };
}

/** Everything as it was at the end of a day. */
export function onDay(day: string, end: string): Wish {
  const when = t.restore.asOn(format.date(format.wall(day)));
  return { kinds, item: null, phone: null, asOf: end, when, policy: 'merge' };
}

/** A run may write its first change in the millisecond in which it begins. */
function justBefore(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}
