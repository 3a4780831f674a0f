import * as format from '../format';
import type { Repeats } from '../../screens/calendar/rule';
import { plural } from './plural';

/** A day of the week; 2024-01-01 was a Monday. */
const weekday = (day: number) => format.parts(`2024-01-0${day}`, { weekday: 'long' });
const month = (month: number) => format.parts(`2024-${String(month).padStart(2, '0')}-01`, { month: 'long' });
const nth = (n: number) => ['last', '', 'first', 'second', 'third', 'fourth', 'fifth'][n + 1] ?? '';

function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${(teens ? undefined : ['', 'st', 'nd', 'rd'][n % 10]) || 'th'}`;
}

/** `Every 2 weeks on Monday and Friday, until 31 March 2027` */
function repeats({ unit, every, days, dates, months, times, until }: Repeats): string {
  const names = days.map(({ day, nth: n }) => (n === 0 ? weekday(day) : `the ${nth(n)} ${weekday(day)}`));
  const working = days.length === 5 && days.every(({ day }) => day <= 5);
  const on =
    names.length > 0
      ? working
        ? ' from Monday to Friday'
        : ` on ${format.list(names)}`
      : dates.length > 0
        ? ` on the ${format.list(dates.map((date) => (date === -1 ? 'last day' : ordinal(date))))}`
        : '';
  const within =
    months.length > 0 ? `${on ? ' of' : ' in'} ${format.list(months.map((one) => month(one)))}` : '';
  const units: Record<Repeats['unit'], string> = {
    day: plural(every, { one: 'Every day', other: 'Every # days' }),
    week: plural(every, { one: 'Every week', other: 'Every # weeks' }),
    month: plural(every, { one: 'Every month', other: 'Every # months' }),
    year: plural(every, { one: 'Every year', other: 'Every # years' }),
  };
  const end =
    times !== null
      ? `, ${plural(times, { one: 'once', other: '# times' })}`
      : until !== null
        ? `, until ${format.date(until)}`
        : '';
  return `${units[unit]}${on}${within}${end}`;
}

export const calendar = {
  title: 'Calendar',
  empty: 'No events yet',
  emptyText: 'Events appear here after the first mirroring of a phone or an account.',
  emptyAction: 'Go to Home',
  trouble: 'The calendar could not be read',

  view: 'View',
  views: { month: 'Month', week: 'Week', agenda: 'Agenda' },
  today: 'Today',
  previous: { month: 'Previous month', week: 'Previous week', agenda: 'Back a month' },
  next: { month: 'Next month', week: 'Next week', agenda: 'On a month' },
  week: (number: string) => `Week ${number}`,
  weekShort: (number: string) => `W ${number}`,
  allDay: 'all day',
  allDayArea: 'Whole days',
  now: 'Now',
  more: (n: number) => `+${n}`,
  moreOn: (n: number, day: string) => plural(n, { one: `# more on ${day}`, other: `# more on ${day}` }),
  showAll: (n: number) => plural(n, { one: '# more', other: '# more' }),
  dayLabel: (day: string, events: string) => `${day}, ${events}`,
  noneOn: 'No events',
  openWeek: 'Open the week',
  noneIn: 'No events in these twelve months',
  noneInText: 'Look earlier or later, or show more calendars.',

  calendars: 'Calendars',
  ofPhone: (phone: string) => `Calendars of ${phone}`,
  noCalendars: 'No calendars are kept.',
  show: (name: string) => `Show ${name}`,
  showAllCalendars: 'Show all calendars',
  allHidden: 'All calendars are hidden',
  alsoIn: (calendar: string, source: string) => `Also in ${calendar} · ${source}`,
  birthdays: 'made from the contacts',
  notRead: (reason: string) => `Not fully read: ${reason}`,

  /** How an event is called to a screen reader. */
  event: (parts: string[]) => parts.join(', '),
  from: (start: string, end: string) => `${start} to ${end}`,
  range: (start: string, end: string) => `${start} – ${end}`,
  /** Times of a day; they stay on one line. */
  hours: (start: string, end: string) => `${start}–\u2060${end}`,
  cancelled: 'cancelled',
  repeated: 'repeats',
  changedOnce: 'moved or changed this once',
  brokenShort: 'rule not understood',
  untitled: 'No title',

  menu: 'Menu of the calendar',
  open: 'Open',
  exporting: 'Export…',
  hide: (name: string) => `Hide “${name}”`,
  only: (name: string) => `Show only “${name}”`,

  detail: 'Event',
  closeDetail: 'Close',
  drag: 'Drag out as a file (.ics)',
  copy: 'Copy as .ics',
  copied: 'Copied as .ics',
  notFound: 'This event is not in the archive',
  notFoundText: 'It may belong to another archive, or to a later day than the one you look at.',
  unread: 'It is kept as it came, but this version of Sidekeep does not understand it.',
  damaged: 'What is kept of this event is damaged',
  damagedText: 'The last check found this. Mirror again while the event is still there.',
  broken: 'The rule of this event could not be understood',
  brokenText: 'Only its first day is shown. The rule as it is written:',
  ruleAsWritten: 'Rule as written',
  when: 'When',
  inZone: (time: string, zone: string) => `${time} in ${zone}`,
  floating: 'the same time in every zone',
  repeatsLabel: 'Repeats',
  repeats,
  alsoOn: (n: number) => plural(n, { one: 'and on # more day', other: 'and on # more days' }),
  except: (n: number) => plural(n, { one: 'except on # day', other: 'except on # days' }),
  changes: (n: number) =>
    plural(n, {
      one: 'once moved or changed',
      other: '# times moved or changed',
    }),
  place: 'Place',
  notes: 'Notes',
  alarms: 'Alarms',
  alarm: {
    start: 'At the start',
    before: (n: number, unit: 'minute' | 'hour' | 'day' | 'week') =>
      ({
        minute: plural(n, { one: '# minute before', other: '# minutes before' }),
        hour: plural(n, { one: '# hour before', other: '# hours before' }),
        day: plural(n, { one: '# day before', other: '# days before' }),
        week: plural(n, { one: '# week before', other: '# weeks before' }),
      })[unit],
    after: (n: number, unit: 'minute' | 'hour' | 'day' | 'week') =>
      ({
        minute: plural(n, { one: '# minute after the start', other: '# minutes after the start' }),
        hour: plural(n, { one: '# hour after the start', other: '# hours after the start' }),
        day: plural(n, { one: '# day after the start', other: '# days after the start' }),
        week: plural(n, { one: '# week after the start', other: '# weeks after the start' }),
      })[unit],
  },
  guests: 'Guests',
  organiser: 'invites',
  answers: {
    ACCEPTED: 'comes',
    DECLINED: 'does not come',
    TENTATIVE: 'may come',
    DELEGATED: 'sends someone else',
    'NEEDS-ACTION': 'has not answered',
  } as Record<string, string>,
  status: 'Status',
  statuses: { CONFIRMED: 'Confirmed', TENTATIVE: 'Tentative', CANCELLED: 'Cancelled' } as Record<
    string,
    string
  >,
  categories: 'Categories',
  calendar: 'Calendar',
  phone: 'Source',
  gone: 'No longer there',
  history: 'History',
  change: {
    seen: 'First seen',
    changed: 'Changed',
    marked: 'Marks changed',
    gone: 'No longer there',
    back: 'There again',
  },
  aside: 'kept, set aside',
  unreadable: 'This version cannot be read.',
  noDifference: 'Nothing that is shown here',
  nothing: 'nothing',
  became: (before: string, after: string) => `${before} became ${after}`,
  fieldName: {
    title: 'Title',
    when: 'When',
    repeats: 'Repeats',
    place: 'Place',
    notes: 'Notes',
    guests: 'Guests',
    alarms: 'Alarms',
    status: 'Status',
    occurrences: 'Single dates',
  },
};
