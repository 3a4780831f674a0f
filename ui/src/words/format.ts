// Dates, numbers, bytes and spans of time as the person's locale writes them: the only use of Intl for show.
// Everything takes plain values; nothing here reads the clock, except `ago`, whose `now` may be passed in.

import { locale, type Language } from './locale.svelte';

/** An instant: milliseconds since 1970 or ISO 8601 with an offset. */
export type Instant = number | string | Date;

/** `1,204` */
export function number(value: number): string {
  return numbers().format(value);
}

/** `12 %` from 0.12 */
export function percent(value: number): string {
  return numbers({ style: 'percent', maximumFractionDigits: 0 }).format(value);
}

/** `999 B`, `1.2 kB`, `34 MB`: powers of 1000, as disks and phones count. */
export function bytes(count: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < units.length) {
    value /= 1000;
    unit += 1;
  }
  return numbers({
    style: 'unit',
    unit: units[unit],
    unitDisplay: 'short',
    maximumFractionDigits: unit > 0 && value < 9.95 ? 1 : 0,
  }).format(value);
}

/** `34 MB/s` */
export function rate(bytesPerSecond: number): string {
  return `${bytes(bytesPerSecond)}/s`;
}

/** A span as people say it: `12 sec`, `3 min`, `2 hr, 5 min`, `9 days`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return unit(whole, 'second');
  if (whole < 90 * 60) return unit(Math.round(whole / 60), 'minute');
  if (whole < 48 * 3600) {
    const hours = Math.floor(whole / 3600);
    const minutes = Math.round((whole % 3600) / 60);
    return minutes > 0 && minutes < 60
      ? join([unit(hours, 'hour'), unit(minutes, 'minute')])
      : unit(hours, 'hour');
  }
  return unit(Math.round(whole / 86400), 'day', 'long');
}

/** Length of a film: `0:07`, `12:30`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Intl's "now" is no answer to "when?". */
const justNow: Record<Language, string> = { en: 'just now', de: 'gerade eben' };

/** `just now`, `12 minutes ago`, `yesterday`, `in 3 days`. */
export function ago(then: Instant, now: Instant = Date.now()): string {
  const seconds = (+instant(then) - +instant(now)) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return justNow[locale.language];
  const steps: [number, number, Intl.RelativeTimeFormatUnit][] = [
    [45 * 60, 60, 'minute'],
    [22 * 3600, 3600, 'hour'],
    [26 * 86400, 86400, 'day'],
    [320 * 86400, 30.44 * 86400, 'month'],
    [Infinity, 365.25 * 86400, 'year'],
  ];
  const [, length, step] = steps.find(([limit]) => size < limit) ?? [0, 1, 'second' as const];
  return relative().format(Math.trunc(seconds / length) || Math.sign(seconds), step);
}

/** `14:05` */
export function time(at: Instant): string {
  return dates({ timeStyle: 'short' }).format(instant(at));
}

/** `4 March 2024` */
export function date(at: Instant): string {
  return dates({ dateStyle: 'long' }).format(instant(at));
}

/** `4 Mar 2024` */
export function shortDate(at: Instant): string {
  return dates({ dateStyle: 'medium' }).format(instant(at));
}

/** `Monday, 4 March 2024` */
export function fullDate(at: Instant): string {
  return dates({ dateStyle: 'full' }).format(instant(at));
}

/** `4 Mar 2024, 14:05` */
export function dateTime(at: Instant): string {
  return dates({ dateStyle: 'medium', timeStyle: 'short' }).format(instant(at));
}

/** `March 2024` */
export function month(at: Instant): string {
  return dates({ month: 'long', year: 'numeric' }).format(instant(at));
}

/** `Mon 4` or any other parts; prefer the named ones above. */
export function parts(at: Instant, options: Intl.DateTimeFormatOptions): string {
  return dates(options).format(instant(at));
}

/** `a, b and c` */
export function list(words: readonly string[]): string {
  return new Intl.ListFormat(locale.tag, { type: 'conjunction' }).format(words);
}

/** Order of names as the locale's alphabet has it. */
export function collator(): Intl.Collator {
  return made(`collator ${locale.tag}`, () => new Intl.Collator(locale.tag, { numeric: true }));
}

/** 1 is Monday, 7 is Sunday. */
export function firstDayOfWeek(): number {
  const tag = new Intl.Locale(locale.tag) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (tag.getWeekInfo?.() ?? tag.weekInfo)?.firstDay ?? 1;
}

/** The zone that this computer's clock is set to: `Europe/Berlin`. */
export function zone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * A calendar's own day or wall time without zone (`2024-03-04`, `2024-03-04T14:05:00`) as the instant that shows the same
 * digits here. `new Date('2024-03-04')` would be midnight in London.
 */
export function wall(text: string): Date {
  return new Date(text.length === 10 ? `${text}T00:00:00` : text);
}

function instant(at: Instant): Date {
  return typeof at === 'string' && at.length === 10 ? wall(at) : new Date(at);
}

function unit(value: number, name: string, unitDisplay: 'short' | 'long' = 'short'): string {
  return numbers({ style: 'unit', unit: name, unitDisplay }).format(value);
}

function join(words: string[]): string {
  return new Intl.ListFormat(locale.tag, { type: 'unit', style: 'short' }).format(words);
}

function numbers(options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return made(
    `number ${locale.tag} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(locale.tag, options),
  );
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return made(
    `date ${locale.tag} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale.tag, options),
  );
}

function relative(): Intl.RelativeTimeFormat {
  return made(`ago ${locale.tag}`, () => new Intl.RelativeTimeFormat(locale.tag, { numeric: 'auto' }));
}

/** Formatters are dear to make and cheap to keep: a list of 100,000 rows asks for the same few. */
const kept = new Map<string, unknown>();

function made<T>(key: string, make: () => T): T {
  const found = kept.get(key) as T | undefined;
  if (found) return found;
  const fresh = make();
  kept.set(key, fresh);
  return fresh;
}
