// A to-do's fields as they are shown and compared, each with its label in words. Pure but for the words.

import type { Entry } from '../../ipc';
import { format, t } from '../../words';
import type { Field } from '../history/diff';
import { hasTime, instantOf } from './order';

/** A moment as the locale writes it; what is no moment stays as it is written. */
export function momentText(moment: string): string {
  const at = instantOf(moment);
  if (!at) return moment;
  return hasTime(moment) ? format.dateTime(at) : format.date(at);
}

/** `Every 2 weeks`; a rule that says more is shown as it is written. */
export function ruleText(rule: string): string {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const all: Record<string, ((n: number) => string) | undefined> = t.tasks.every;
  const every = all[parts.get('FREQ') ?? ''];
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const simple = [...parts.keys()].every((key) => ['FREQ', 'INTERVAL', 'WKST'].includes(key));
  return every && simple && Number.isInteger(interval) && interval > 0 ? every(interval) : rule;
}

/** Everything that tells two states of a to-do apart. */
export function everyField(components: readonly Entry[]): Field[] {
  return components.flatMap((entry) => {
    const one = (kind: string, label: string, text: string | null | undefined): Field[] =>
      text ? [{ kind, label, text }] : [];
    const statuses: Record<string, string> = t.tasks.statuses;
    const { start, due, completed, rrule, status } = entry;
    return [
      ...one('title', t.tasks.fieldTitle, entry.summary),
      ...one('start', t.tasks.start, start && momentText(start)),
      ...one('due', t.tasks.due, due && momentText(due)),
      ...one('rule', t.tasks.rule, rrule && ruleText(rrule)),
      ...one('status', t.tasks.status, status && (statuses[status] ?? status)),
      ...one('completed', t.tasks.completed, completed && momentText(completed)),
      ...one('place', t.tasks.place, entry.location),
      ...entry.alarms.flatMap(({ trigger }) => one('alarm', t.tasks.alarm, trigger)),
      ...(entry.categories ?? []).flatMap((category) => one('categories', t.tasks.categories, category)),
      ...one('notes', t.tasks.notes, entry.description),
    ];
  });
}
