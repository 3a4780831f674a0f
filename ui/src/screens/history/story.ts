// What a run found, added up, and which runs a choice leaves. Pure.

import type { RunRow, VerdictRow } from '../../ipc';
import { wholeOf, type Whole } from '../home/belonging';

export interface Totals {
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
  readonly back: number;
  readonly unread: number;
}

export const shows = ['all', 'changes', 'trouble', 'open'] as const;
export type Show = (typeof shows)[number];

/** What counts: a change that is held back, or was refused, is none of it. */
export function totals({ verdicts }: RunRow): Totals {
  const sum = { added: 0, changed: 0, gone: 0, back: 0, unread: 0 };
  for (const { hold, counts } of verdicts) {
    sum.unread += counts.unread;
    if (hold !== null && hold !== 'accepted') continue;
    sum.added += counts.seen;
    sum.changed += counts.changed;
    sum.gone += counts.gone;
    sum.back += counts.back;
  }
  return sum;
}

/** What waits for the owner. */
export function questions({ verdicts }: RunRow): VerdictRow[] {
  return verdicts.filter(({ hold }) => hold === 'open');
}

export function hasTrouble(run: RunRow): boolean {
  return isUnwell(run) || run.verdicts.some(isSuspicious);
}

/** It ended otherwise than it should, or found damage. */
export function isUnwell({ outcome, check }: RunRow): boolean {
  return (outcome !== null && outcome !== 'complete') || (check !== null && check.damaged > 0);
}

export function isSuspicious({ suspicions }: VerdictRow): boolean {
  return suspicions.length > 0;
}

export function narrowed(
  runs: readonly RunRow[],
  { phone, show }: { phone: string | null; show: Show },
  wholes: readonly Whole[] = [],
): readonly RunRow[] {
  const whole = (phone: string | null) => wholeOf(wholes, phone)?.id ?? phone;

  const fits: Record<Show, (run: RunRow) => boolean> = {
    all: () => true,
    changes: (run) => run.changes > 0,
    trouble: hasTrouble,
    open: (run) => questions(run).length > 0,
  };
  return runs.filter((run) => (phone === null || whole(run.phone) === whole(phone)) && fits[show](run));
}

/** The phones of the runs, most recent first, each with what belongs to it. */
export function phonesOf(
  runs: readonly RunRow[],
  wholes: readonly Whole[] = [],
): { id: string; name: string }[] {
  const found = new Map<string, string>();
  for (const { phone, phone_name } of runs) {
    const { id, name } = wholeOf(wholes, phone) ?? { id: phone, name: phone_name ?? phone };
    if (id && name && !found.has(id)) found.set(id, name);
  }
  return [...found].map(([id, name]) => ({ id, name }));
}

/** The day of an instant here: `2024-03-04`. */
export function dayOf(at: string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** How many runs read a phone on each day. */
export function daysWithRuns(runs: readonly RunRow[]): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  for (const { purpose, at } of runs) {
    if (purpose !== 'mirror' && purpose !== 'rescue') continue;
    const day = dayOf(at);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return days;
}

/** The last day with a run until then; null when there was none yet. */
export function lastDayUntil(days: ReadonlyMap<string, number>, day: string): string | null {
  let last: string | null = null;
  for (const known of days.keys()) if (known <= day && (last === null || known > last)) last = known;
  return last;
}
