// Invented calendars and to-dos. Recurrence is far simpler here than in Rust: every so many days, or every year.

import type { CalendarRow, Entry, EntryDetail, Occurrence, Span, TaskRow, Time } from '../bindings';
import { Chance, hex } from './chance';
import { kept, presentAt, stateAt, versions, type Item } from './item';
import { galaxy, pixel } from './phones';

export interface Event {
  item: Item;
  calendar: number;
  title: string;
  place: string | null;
  /** First day, days since 1970. */
  day: number;
  /** Minutes from midnight; null for whole days. */
  from: number | null;
  /** Minutes, or days of a whole-day event. */
  length: number;
  /** Days from one occurrence to the next; 0 for once. */
  every: number;
  /** Ordinal of the occurrence that was moved by an hour, if one was. */
  moved: number | null;
  cancelled: boolean;
  broken: boolean;
}

export interface Task {
  item: Item;
  row: Omit<TaskRow, 'present' | 'also'>;
}

export const calendars: readonly Omit<CalendarRow, 'items'>[] = [
  {
    phone: pixel.id,
    id: 'c1',
    kind: 'event',
    name: 'Mira',
    account: 'com.google:mira@example.org',
    colour: '#3f7fd6',
    derived: false,
  },
  {
    phone: pixel.id,
    id: 'c2',
    kind: 'event',
    name: 'Work',
    account: 'com.google:mira@work.example',
    colour: '#d2691e',
    derived: false,
  },
  {
    phone: pixel.id,
    id: 'c3',
    kind: 'event',
    name: 'Family',
    account: 'com.google:mira@example.org',
    colour: '#3a9a5b',
    derived: false,
  },
  {
    phone: pixel.id,
    id: 'c4',
    kind: 'event',
    name: 'Birthdays',
    account: 'com.google:mira@example.org',
    colour: null,
    derived: true,
  },
  {
    phone: pixel.id,
    id: 't1',
    kind: 'task',
    name: 'Groceries',
    account: 'org.tasks',
    colour: '#8a5bd0',
    derived: false,
  },
  {
    phone: pixel.id,
    id: 't2',
    kind: 'task',
    name: 'House and garden',
    account: 'org.tasks',
    colour: '#b8860b',
    derived: false,
  },
  { phone: galaxy.id, id: 't3', kind: 'task', name: 'Old list', account: null, colour: null, derived: false },
];

const yearly = 365.2425;

type Plan = Partial<Event> & { title: string; calendar: number; ago: number };

/** Those that a week looks strange without. `ago`: days before today of the first occurrence; negative is to come. */
const plans: Plan[] = [
  { title: 'Stand-up', calendar: 1, ago: 400, from: 9 * 60 + 15, length: 15, every: 1 },
  {
    title: 'Choir',
    calendar: 0,
    ago: 699,
    from: 19 * 60 + 30,
    length: 120,
    every: 7,
    place: 'St. Nikolai, parish hall',
    moved: 98,
  },
  {
    title: 'Weekly review',
    calendar: 1,
    ago: 300,
    from: 15 * 60,
    length: 60,
    every: 7,
    place: 'Room Alster',
  },
  { title: 'Football practice (Linus)', calendar: 2, ago: 360, from: 16 * 60 + 30, length: 90, every: 7 },
  { title: 'Bins: paper', calendar: 2, ago: 280, from: null, length: 1, every: 28 },
  { title: 'Pay rent', calendar: 0, ago: 600, from: null, length: 1, every: 30 },
  {
    title: 'Dentist',
    calendar: 0,
    ago: -3,
    from: 8 * 60 + 40,
    length: 45,
    place: 'Praxis Dr. Weiß, Am Markt 1',
  },
  { title: 'Lunch with Noor', calendar: 0, ago: -1, from: 12 * 60 + 30, length: 75, place: 'Hafenküche' },
  { title: 'Autumn holidays', calendar: 2, ago: -8, from: null, length: 9 },
  { title: 'Conference in Lisbon', calendar: 1, ago: 12, from: null, length: 4, place: 'Lisboa' },
  { title: 'Night shift', calendar: 1, ago: 2, from: 22 * 60, length: 480 },
  { title: 'Parents’ evening', calendar: 2, ago: -5, from: 19 * 60, length: 90, place: 'School' },
  { title: 'Design review', calendar: 1, ago: 0, from: 10 * 60, length: 90 },
  { title: 'Interview: Tariq', calendar: 1, ago: 0, from: 10 * 60 + 30, length: 60 },
  { title: 'Budget', calendar: 1, ago: 0, from: 10 * 60 + 45, length: 30 },
  { title: 'Physio', calendar: 0, ago: 0, from: 17 * 60, length: 30, cancelled: true },
  { title: 'A rule that nobody understands', calendar: 0, ago: 1, from: 11 * 60, length: 60, broken: true },
  { title: 'أمسية موسيقية', calendar: 0, ago: -2, from: 20 * 60, length: 150, place: 'مسرح المدينة' },
  { title: '', calendar: 0, ago: 4, from: 14 * 60, length: 30 },
  { title: 'Ada Becker', calendar: 3, ago: 3000, from: null, length: 1, every: yearly },
  { title: 'Linus', calendar: 3, ago: 2917, from: null, length: 1, every: yearly },
  { title: 'Prof. Dr. Ingrid Sørensen', calendar: 3, ago: 2560, from: null, length: 1, every: yearly },
];

const once = [
  'Coffee with Ada',
  'Car to the garage',
  'Concert',
  'Pick up parcel',
  'Kayak tour',
  'Doctor',
  'Call with Lisbon',
  'Birthday party',
  'Museum',
  'Train to Wien',
  'Workshop',
  'Swimming',
  'Deadline',
];

export function events(count: number, today: number, daysAgo: (days: number) => Time): Event[] {
  const chance = new Chance('events');
  const more: Plan[] = Array.from({ length: Math.max(0, count - plans.length) }, (_, at) => ({
    title: chance.pick(once),
    calendar: chance.below(3),
    ago: Math.floor((at / Math.max(1, count)) * 2400) - 200,
    from: chance.yes(0.12) ? null : chance.between(8, 20) * 60 + chance.pick([0, 0, 15, 30]),
    length: chance.pick([30, 45, 60, 60, 90, 120]),
    place: chance.yes(0.3) ? chance.pick(['Hamburg', 'Lisboa', 'Online', 'Hafenküche']) : null,
  }));
  return [...plans, ...more].map((plan, at) => {
    const from = plan.from ?? null;
    const day = today - plan.ago;
    const event: Event = {
      calendar: plan.calendar,
      title: plan.title,
      place: plan.place ?? null,
      day,
      from,
      length: from === null ? Math.min(plan.length ?? 1, 30) : (plan.length ?? 60),
      every: plan.every ?? 0,
      moved: plan.moved ?? null,
      cancelled: plan.cancelled ?? false,
      broken: plan.broken ?? false,
      item: undefined as never,
    };
    const calendar = calendars[plan.calendar];
    const firstSeen = daysAgo(Math.max(2, Math.min(712, plan.ago + 5)));
    event.item = {
      id: hex(`event ${at}`),
      kind: 'event',
      title: plan.title,
      phone: pixel,
      collection: calendar?.name ?? '',
      account: calendar?.account ?? null,
      firstSeen,
      gone: at > plans.length && at % 31 === 3 ? daysAgo(4) : null,
      states: [],
    };
    const now = entries(event);
    const [master] = now;
    event.item.states =
      master && at % 4 === 1
        ? [
            {
              at: firstSeen,
              change: 'seen',
              components: [{ ...master, summary: `${plan.title} (tentative)`, location: null }],
            },
            { at: daysAgo(1), change: 'changed', components: now },
          ]
        : [{ at: firstSeen, change: 'seen', components: now }];
    return event;
  });
}

export function occurrences(all: readonly Event[], span: Span): Occurrence[] {
  const first = dayOf(span.from);
  const end = Math.min(dayOf(span.to), first + 400);
  const found: Occurrence[] = [];
  for (const event of all) {
    if (!presentAt(event.item, span.as_of)) continue;
    const title = stateAt(event.item, span.as_of)?.components?.[0]?.summary ?? event.title;
    const long = event.from === null ? event.length : 2;
    let ordinal = event.every > 0 ? Math.max(0, Math.ceil((first - long - event.day) / event.every)) : 0;
    for (;;) {
      const day = Math.round(event.day + ordinal * event.every);
      if (day >= end) break;
      const weekend = event.every === 1 && [0, 6].includes((day + 4) % 7);
      const occurrence = at(event, day, ordinal, title);
      if (!weekend && occurrence.end > span.from && (event.every === 0 || day + long > first))
        found.push(occurrence);
      if (event.every === 0) break;
      ordinal += 1;
    }
  }
  return found.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

function at(event: Event, day: number, ordinal: number, title: string): Occurrence {
  const changed = event.moved === ordinal;
  const from = event.from === null ? null : event.from + (changed ? 60 : 0);
  return {
    id: event.item.id,
    calendar: event.calendar,
    title,
    place: event.place,
    start: moment(day, from ?? 0),
    end: from === null ? moment(day + event.length, 0) : moment(day, from + event.length),
    all_day: from === null,
    recurs: event.every > 0,
    changed,
    cancelled: event.cancelled,
    broken: event.broken,
    also: [],
  };
}

function entries(event: Event): Entry[] {
  const whole = event.from === null;
  const start = moment(event.day, event.from ?? 0);
  const end = whole
    ? moment(event.day + event.length, 0)
    : moment(event.day, (event.from ?? 0) + event.length);
  const cut = (text: string) => (whole ? text.slice(0, 10) : text);
  const master: Entry = {
    component: 'event',
    uid: `${event.item.id}@sidekeep.example`,
    summary: event.title,
    start: cut(start),
    end: cut(end),
    all_day: whole,
    tz: whole ? null : 'Europe/Berlin',
    rrule: event.broken ? 'FREQ=FORTNIGHTLY;BYMOON=FULL' : rule(event.every),
    exdates: [],
    recurrence_id: null,
    location: event.place,
    attendees:
      event.calendar === 1
        ? [
            {
              name: 'Noor Jansen',
              address: 'noor.jansen@work.example',
              role: 'REQ-PARTICIPANT',
              status: 'ACCEPTED',
            },
            {
              name: 'Tariq Haddad',
              address: 'tariq.haddad@work.example',
              role: 'REQ-PARTICIPANT',
              status: 'TENTATIVE',
            },
            {
              name: null,
              address: 'room-alster@work.example',
              role: 'NON-PARTICIPANT',
              status: 'NEEDS-ACTION',
            },
          ]
        : [],
    alarms: whole ? [] : [{ action: 'DISPLAY', trigger: '-PT15M' }],
    status: event.cancelled ? 'CANCELLED' : 'CONFIRMED',
  };
  if (event.calendar === 1) master.organizer = 'mira@work.example';
  if (event.place) master.description = 'Bring the papers from last time.\nhttps://example.org/agenda';
  if (event.moved === null) return [master];
  const there = Math.round(event.day + event.moved * event.every);
  const usual = moment(there, event.from ?? 0);
  const override = {
    ...master,
    rrule: null,
    recurrence_id: usual,
    start: moment(there, (event.from ?? 0) + 60),
    end: moment(there, (event.from ?? 0) + 60 + event.length),
  };
  return [master, override];
}

function rule(every: number): string | null {
  if (every === 0) return null;
  if (every === 1) return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
  if (every === yearly) return 'FREQ=YEARLY';
  return every % 7 === 0 ? `FREQ=WEEKLY;INTERVAL=${every / 7}` : `FREQ=DAILY;INTERVAL=${every}`;
}

export function entryDetail(item: Item, asOf: Time | null): EntryDetail {
  const components = stateAt(item, asOf)?.components ?? [];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...components.flatMap((entry) => ['BEGIN:VEVENT', `SUMMARY:${entry.summary}`, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ];
  return { kept: kept(item, asOf), components, versions: versions(item), icalendar: lines.join('\r\n') };
}

export function tasks(today: number, daysAgo: (days: number) => Time): Task[] {
  const day = (in_: number) => moment(today + in_, 0).slice(0, 10);
  const rows: Omit<TaskRow, 'id' | 'present' | 'also'>[] = [
    { list: 4, title: 'Bread', due: null, done: false, recurs: false, notes: null },
    { list: 4, title: 'Oat milk', due: null, done: false, recurs: false, notes: 'The blue one' },
    { list: 4, title: 'Olive oil', due: null, done: true, recurs: false, notes: null },
    { list: 4, title: 'Candles for Linus’ cake', due: day(2), done: false, recurs: false, notes: null },
    {
      list: 5,
      title: 'Bleed the radiators',
      due: day(-6),
      done: false,
      recurs: true,
      notes: 'Key is in the drawer by the door.',
    },
    {
      list: 5,
      title: 'Call the chimney sweep',
      due: `${day(1)}T09:00:00`,
      done: false,
      recurs: false,
      notes: '+49 40 112 233',
    },
    { list: 5, title: 'Plant tulips', due: day(0), done: false, recurs: false, notes: null },
    { list: 5, title: 'Mend the bicycle light', due: null, done: false, recurs: false, notes: null },
    {
      list: 5,
      title: 'Renew the passport',
      due: day(40),
      done: false,
      recurs: false,
      notes: 'Needs a new photo.\nBring the old one.',
    },
    { list: 5, title: 'Return the drill', due: day(-20), done: true, recurs: false, notes: null },
    { list: 6, title: 'Ask about the deposit', due: null, done: false, recurs: false, notes: null },
    { list: 6, title: '', due: null, done: false, recurs: false, notes: null },
  ];
  return rows.map((row, at) => {
    const id = hex(`task ${at}`);
    const list = calendars[row.list];
    const firstSeen = daysAgo(20 + at);
    const entry: Entry = {
      component: 'task',
      uid: `${id}@sidekeep.example`,
      summary: row.title,
      start: null,
      end: null,
      all_day: false,
      tz: null,
      rrule: row.recurs ? 'FREQ=YEARLY' : null,
      exdates: [],
      recurrence_id: null,
      location: null,
      attendees: [],
      alarms: [],
      status: row.done ? 'COMPLETED' : 'NEEDS-ACTION',
      due: row.due,
      description: row.notes,
    };
    const item: Item = {
      id,
      kind: 'task',
      title: row.title,
      phone: row.list === 6 ? galaxy : pixel,
      collection: list?.name ?? '',
      account: list?.account ?? null,
      firstSeen,
      gone: at === 10 ? daysAgo(8) : null,
      states: [{ at: firstSeen, change: 'seen', components: [entry] }],
    };
    return { item, row: { ...row, id } };
  });
}

function moment(day: number, minutes: number): string {
  return new Date(day * 86_400_000 + minutes * 60_000).toISOString().slice(0, 19);
}

function dayOf(text: string): number {
  return Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / 86_400_000);
}
