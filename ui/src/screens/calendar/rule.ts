// A rule of recurrence (RFC 5545 §3.3.10) taken apart as far as there are words for it; the words are in words/*/calendar.ts. Pure.

export interface Repeats {
  readonly unit: 'day' | 'week' | 'month' | 'year';
  /** Every so many units. */
  readonly every: number;
  /**
   * Days of the week, 1 is Monday. In a month or year, `nth` says which of them: 1 the first, -1 the last; 0 every one.
   */
  readonly days: readonly { readonly day: number; readonly nth: number }[];
  /** Dates of the month; -1 is the last. */
  readonly dates: readonly number[];
  /** Months of the year, from 1. */
  readonly months: readonly number[];
  readonly times: number | null;
  /** The last day, `2027-03-31`. */
  readonly until: string | null;
}

const units = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const;
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Null for a rule that has no words here: it is shown as it is written. */
export function readRule(text: string): Repeats | null {
  const parts = new Map<string, string>();
  for (const part of text.replace(/^RRULE:/i, '').split(';')) {
    const [name, value, more] = part.split('=');
    if (!name || !value || more !== undefined || parts.has(name.toUpperCase())) return null;
    parts.set(name.toUpperCase(), value.toUpperCase());
  }
  const take = (name: string) => {
    const value = parts.get(name) ?? null;
    parts.delete(name);
    return value;
  };
  const unit = units[take('FREQ') as keyof typeof units];
  const every = whole(take('INTERVAL') ?? '1');
  const count = take('COUNT');
  const until = take('UNTIL');
  const dates = list(take('BYMONTHDAY'), (date) => between(date, -1, 31));
  const months = list(take('BYMONTH'), (month) => between(month, 1, 12));
  const position = take('BYSETPOS');
  const days = list(take('BYDAY'), weekdayOf);
  // Where a week begins says something only about every so many weeks.
  take('WKST');
  if (!unit || !every || !dates || !months || !days || parts.size > 0) return null;
  if (count !== null && !whole(count)) return null;
  const last = until === null ? null : dayOf(until);
  if (until !== null && last === null) return null;
  const found = { unit, every, days, dates, months, times: whole(count ?? ''), until: last };
  const named = position === null ? found : { ...found, days: positioned(days, position) ?? [] };
  if (position !== null && named.days.length === 0) return null;
  return sayable(named) ? named : null;
}

/** `BYDAY=MO;BYSETPOS=-1`: the last Monday. Of several days it is another matter. */
function positioned(days: Repeats['days'], position: string): Repeats['days'] | null {
  const nth = between(position, -1, 5);
  const [only, more] = days;
  return nth !== null && only && !more && only.nth === 0 ? [{ day: only.day, nth }] : null;
}

/** What parts go together in a sentence that everyone understands. */
function sayable({ unit, days, dates, months }: Repeats): boolean {
  const nth = days.filter((day) => day.nth !== 0).length;
  if (nth > 0 && nth < days.length) return false;
  if (dates.length > 0 && days.length > 0) return false;
  switch (unit) {
    case 'day':
      return days.length === 0 && dates.length === 0 && months.length === 0;
    case 'week':
      return nth === 0 && dates.length === 0 && months.length === 0;
    case 'month':
      return months.length === 0 && (days.length === 0 || nth > 0);
    case 'year':
      if (days.length > 0) return nth > 0 && months.length === 1;
      return dates.length === 0 || months.length > 0;
  }
}

function weekdayOf(text: string): { day: number; nth: number } | null {
  const found = /^([+-]?\d)?([A-Z]{2})$/.exec(text);
  const day = weekdays.indexOf(found?.[2] ?? '') + 1;
  const nth = found?.[1] === undefined ? 0 : between(found[1], -1, 5);
  return day > 0 && nth !== null ? { day, nth } : null;
}

/** None when the part is absent, null when one of it is not understood. */
function list<Value>(text: string | null, read: (text: string) => Value | null): Value[] | null {
  const values = text === null ? [] : text.split(',').map(read);
  return values.includes(null) ? null : (values as Value[]);
}

function whole(text: string): number | null {
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : null;
}

function between(text: string, least: number, most: number): number | null {
  const value = /^[+-]?\d{1,2}$/.test(text) ? Number(text) : 0;
  return value !== 0 && value >= least && value <= most ? value : null;
}

function dayOf(text: string): string | null {
  const found = /^(\d{4})(\d{2})(\d{2})(T\d{6}Z?)?$/.exec(text);
  return found ? found.slice(1, 4).join('-') : null;
}
