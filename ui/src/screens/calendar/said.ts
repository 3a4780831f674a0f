// An event in words: when it is, how it repeats, who comes, when it reminds, and in what one state differs from another.

import type { Attendee, Entry, Occurrence, VersionRow } from '../../ipc';
import { format, locale, t } from '../../words';
import { read, write, type Day } from './days';
import { readRule } from './rule';
import { readTrigger, unitOf } from './trigger';

/** `10:30`, whatever the clocks here do on that day. */
export function clock(wall: string): string {
  // A day without hours begins at midnight; words of it must not fail.
  const time = wall.slice(11, 16) || '00:00';
  const key = `${locale.tag} ${time}`;
  const known = clocks.get(key);
  if (known !== undefined) return known;
  const said = format.parts(`1970-01-01T${time}Z`, { timeStyle: 'short', timeZone: 'UTC' });
  clocks.set(key, said);
  return said;
}

/** Every minute of a day as it was said once: a month of hundreds a day asks for the same few. */
const clocks = new Map<string, string>();

/** The same for little room: a whole hour is `6 AM` where a day has two rounds of hours. */
export function briefly(wall: string): string {
  return clock(wall).replace(/:00(?=\s\p{L})/u, '');
}

/** `Sunday, 22 November 2026` or with other parts. */
export function date(day: Day, options: Intl.DateTimeFormatOptions = { dateStyle: 'full' }): string {
  return format.parts(`${write(day)}T00:00:00Z`, { ...options, timeZone: 'UTC' });
}

interface Stretch {
  start: string;
  end: string;
  all_day: boolean;
}

/** When something is, by the clock that its times are of. The end is exclusive. */
export function when({ start, end, all_day }: Stretch): string {
  const first = read(start);
  const last = read(end) ?? first;
  if (first === null || last === null) return start;
  if (all_day) {
    const until = Math.max(first, last - 1);
    return until === first ? date(first) : t.calendar.range(date(first), date(until));
  }
  if (first === last) {
    const times = start === end ? clock(start) : t.calendar.hours(clock(start), clock(end));
    return `${date(first)}, ${times}`;
  }
  const long = (day: Day, wall: string) => `${date(day, { dateStyle: 'medium' })}, ${clock(wall)}`;
  return t.calendar.range(long(first, start), long(last, end));
}

/** What a screen reader says of an occurrence in a grid: what is written there, then what the eye sees beside it. */
export function spoken(it: Occurrence, written: string, calendar: string | undefined): string {
  const parts = [
    written,
    it.place,
    it.all_day ? t.calendar.allDay : t.calendar.from(clock(it.start), clock(it.end)),
    calendar,
    it.cancelled ? t.calendar.cancelled : null,
    it.changed ? t.calendar.changedOnce : it.recurs ? t.calendar.repeated : null,
    it.broken ? t.calendar.brokenShort : null,
  ];
  return parts.filter(Boolean).join(', ');
}

/** An entry's own times, in its own zone. Null where it has none. */
export function stretch(entry: Entry): Stretch | null {
  const start = entry.start ?? entry.due ?? null;
  if (start === null) return null;
  return { start: digits(start), end: digits(entry.end ?? start), all_day: entry.all_day };
}

/** A moment without the mark of universal time. */
function digits(moment: string): string {
  return moment.replace(/Z$/, '');
}

/** The zone that an entry's times are in: a name as it is written, `UTC`, or null for none (floating, whole days). */
export function zoneOf(entry: Entry): string | null {
  if (entry.all_day) return null;
  return entry.start?.endsWith('Z') ? 'UTC' : entry.tz;
}

/** How it repeats; null when it does not. `known` is false for a rule that has no words. */
export function repetition(entry: Entry): { text: string; known: boolean } | null {
  const more = entry.rdates?.length ?? 0;
  const less = entry.exdates.length;
  const rule = entry.rrule ? readRule(entry.rrule) : null;
  if (!entry.rrule && more === 0) return null;
  const parts = [
    entry.rrule ? (rule ? t.calendar.repeats(rule) : entry.rrule) : null,
    more > 0 ? t.calendar.alsoOn(more) : null,
    less > 0 ? t.calendar.except(less) : null,
  ];
  return {
    text: parts.filter((part) => part !== null).join(', '),
    known: rule !== null || !entry.rrule,
  };
}

export function alarm(trigger: string): string {
  const read = readTrigger(trigger);
  if (!read) return trigger;
  if (read.kind === 'at') return moment(read.moment);
  if (read.minutes === 0) return t.calendar.alarm.start;
  const [count, unit] = unitOf(read.minutes);
  return read.minutes < 0 ? t.calendar.alarm.before(count, unit) : t.calendar.alarm.after(count, unit);
}

/** A guest's name, or the address without its scheme. */
export function guest({ name, address }: Pick<Attendee, 'name' | 'address'>): string {
  return name || address.replace(/^mailto:/i, '') || t.common.unnamed;
}

function moment(text: string): string {
  const plain = text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/, '$1-$2-$3T$4:$5:$6');
  return read(plain) === null || Number.isNaN(Date.parse(plain)) ? text : format.dateTime(plain);
}

export type Field = keyof typeof t.calendar.fieldName;

export interface Difference {
  readonly field: Field;
  /** Null where there was, or is, nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What of an event can be compared, in words. */
function facts(components: readonly Entry[]): Record<Field, string | null> | null {
  const [entry, ...others] = components;
  if (!entry) return null;
  const times = stretch(entry);
  const zone = zoneOf(entry);
  return {
    title: entry.summary || null,
    when: times && (zone ? t.calendar.inZone(when(times), zone) : when(times)),
    repeats: repetition(entry)?.text ?? null,
    place: entry.location || null,
    notes: entry.description || null,
    guests: joined(
      entry.attendees.map((one) =>
        [guest(one), t.calendar.answers[one.status ?? '']].filter(Boolean).join(': '),
      ),
    ),
    alarms: joined(entry.alarms.map(({ trigger }) => alarm(trigger))),
    status: entry.status ? (t.calendar.statuses[entry.status] ?? entry.status) : null,
    occurrences: joined(
      others.map((other) => {
        const own = stretch(other);
        return [other.summary, own && when(own)].filter(Boolean).join(': ');
      }),
    ),
  };
}

function joined(parts: string[]): string | null {
  return parts.length > 0 ? parts.join('; ') : null;
}

/** In what a state differs from the one before it. Null where one of them cannot be read, or there is none before. */
export function differences(before: VersionRow | undefined, after: VersionRow): Difference[] | null {
  const [old, now] = [facts(before?.components ?? []), facts(after.components ?? [])];
  if (!old || !now) return null;
  return (Object.keys(now) as Field[])
    .filter((field) => old[field] !== now[field])
    .map((field) => ({ field, before: old[field], after: now[field] }));
}
