// Days as numbers since 1970-01-01, so that a week is seven of them whatever a zone's clocks do. Pure.

/** Days since 1970-01-01, in no zone. */
export type Day = number;

const length = 86_400_000;

/** The day of `2026-11-22` or of a wall time on it; null for what is no day. */
export function read(text: string | null | undefined): Day | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(text ?? '');
  if (!found) return null;
  const [month, date] = [Number(found[2]), Number(found[3])];
  const day = dayOf(Number(found[1]), month, date);
  // The 30th of February would be a day in March.
  const at = new Date(day * length);
  return at.getUTCMonth() + 1 === month && at.getUTCDate() === date ? day : null;
}

/** `2026-11-22` */
export function write(day: Day): string {
  return new Date(day * length).toISOString().slice(0, 10);
}

/** The day of a year, a month from 1 and a date from 1; what is beyond the month's end goes on into the next. */
export function dayOf(year: number, month: number, date: number): Day {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, date);
  return at.getTime() / length;
}

/** The day it is here. */
export function today(now: Date): Day {
  return dayOf(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

/** 1 is Monday, 7 is Sunday. */
export function weekday(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The first day of its week, where weeks begin on this weekday. */
export function weekStart(day: Day, first: number): Day {
  return day - ((weekday(day) - first + 7) % 7);
}

export function monthStart(day: Day): Day {
  const [year, month] = parts(day);
  return dayOf(year, month, 1);
}

/** The same date so many months on, or the last of that month where it is shorter. */
export function addMonths(day: Day, count: number): Day {
  const [year, month, date] = parts(day);
  const last = dayOf(year, month + count + 1, 0);
  return Math.min(dayOf(year, month + count, date), last);
}

/** Year, month from 1, date from 1. */
export function parts(day: Day): [number, number, number] {
  const at = new Date(day * length);
  return [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
}

/** The week of the year by ISO 8601: the one with the Thursday. */
export function weekNumber(day: Day): number {
  const thursday = day - weekday(day) + 4;
  const [year] = parts(thursday);
  return Math.floor((thursday - dayOf(year, 1, 1)) / 7) + 1;
}

/** The days from `first` to `end`, exclusive. */
export function days(first: Day, end: Day): Day[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
}

/** Minutes from midnight of `2026-11-22T10:30:00`. */
export function minutes(wall: string): number {
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16)) || 0;
}
