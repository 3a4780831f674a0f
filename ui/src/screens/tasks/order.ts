// To-dos in the order in which they want to be seen, and when they are due. Pure; today is passed in.

import type { TaskRow } from '../../ipc';

export type Due = 'overdue' | 'today' | 'tomorrow' | 'later';

/** When a to-do is due against `now`; a day is overdue when it has ended, a time when it has passed. Null without a date. */
export function dueOf(due: string | null, now: Date): Due | null {
  const at = instantOf(due);
  if (!at) return null;
  const days = daysBetween(now, at);
  if (days < 0 || (hasTime(due) && at < now)) return 'overdue';
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : 'later';
}

export function hasTime(due: string | null): boolean {
  return due !== null && due.length > 10;
}

/** The instant that a due date stands for here; null where it is none. */
export function instantOf(due: string | null): Date | null {
  if (due === null) return null;
  const at = new Date(due.length === 10 ? `${due}T00:00:00` : due);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** What is due first comes first, what has no date comes last, in the phone's order. */
export function ordered(rows: readonly TaskRow[]): TaskRow[] {
  const when = new Map(rows.map((row) => [row, instantOf(row.due)?.getTime() ?? Infinity]));
  return [...rows].sort((a, b) => {
    const [first, second] = [when.get(a) ?? Infinity, when.get(b) ?? Infinity];
    return first === second ? 0 : first - second;
  });
}

export interface Narrowing {
  /** Index of a list; null for all. */
  readonly list: number | null;
  readonly done: boolean;
}

export function narrowed(rows: readonly TaskRow[], { list, done }: Narrowing): TaskRow[] {
  const isIn = (row: TaskRow) => row.list === list || row.also.some(({ calendar }) => calendar === list);
  return rows.filter((row) => row.done === done && (list === null || isIn(row)));
}

/** Open to-dos of each list, by its index. */
export function openByList(rows: readonly TaskRow[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { list, also, done } of rows)
    for (const at of done ? [] : [list, ...also.map(({ calendar }) => calendar)])
      counts.set(at, (counts.get(at) ?? 0) + 1);
  return counts;
}

function daysBetween(from: Date, to: Date): number {
  const noon = (at: Date) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((noon(to) - noon(from)) / 86_400_000);
}
