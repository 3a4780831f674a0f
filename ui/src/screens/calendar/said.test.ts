import { beforeAll, expect, test } from 'vitest';
import type { Entry, VersionRow } from '../../ipc';
import { speak } from '../../words';
import { colourOf } from './colour';
import { alarm, clock, differences, guest, repetition, stretch, when, zoneOf } from './said';

beforeAll(() => speak(['en-GB']));

const entry: Entry = {
  component: 'event',
  uid: 'a',
  summary: 'Choir',
  start: '2026-11-22T19:30:00',
  end: '2026-11-22T21:30:00',
  all_day: false,
  tz: 'Europe/Berlin',
  rrule: null,
  exdates: [],
  recurrence_id: null,
  location: null,
  attendees: [],
  alarms: [],
  status: null,
};

test.each<[string, string, boolean, string]>([
  ['2026-11-22T19:30:00', '2026-11-22T21:30:00', false, 'Sunday, 22 November 2026, 19:30–\u206021:30'],
  ['2026-11-22T19:30:00', '2026-11-22T19:30:00', false, 'Sunday, 22 November 2026, 19:30'],
  ['2026-11-22T22:00:00', '2026-11-23T06:00:00', false, '22 Nov 2026, 22:00 – 23 Nov 2026, 06:00'],
  ['2026-11-22T00:00:00', '2026-11-23T00:00:00', true, 'Sunday, 22 November 2026'],
  ['2026-11-22', '2026-11-22', true, 'Sunday, 22 November 2026'],
  ['2026-11-22', '2026-11-25', true, 'Sunday, 22 November 2026 – Tuesday, 24 November 2026'],
  ['yesterday', 'today', false, 'yesterday'],
])('%s to %s, whole days: %s', (start, end, all_day, expected) => {
  expect(when({ start, end, all_day })).toBe(expected);
});

test('an hour that the clocks here leave out is said as it is written', () => {
  expect(clock('2026-03-29T02:30:00')).toBe('02:30');
  expect(clock('2026-03-29')).toBe('00:00');
});

test.each<[Partial<Entry>, string | null]>([
  [{}, 'Europe/Berlin'],
  [{ start: '2026-11-22T19:30:00Z', tz: null }, 'UTC'],
  [{ tz: null }, null],
  [{ all_day: true }, null],
])('the zone of %o is %s', (change, zone) => expect(zoneOf({ ...entry, ...change })).toBe(zone));

test('times of an entry', () => {
  expect(stretch({ ...entry, start: '2026-11-22T19:30:00Z', end: null })).toEqual({
    start: '2026-11-22T19:30:00',
    end: '2026-11-22T19:30:00',
    all_day: false,
  });
  expect(stretch({ ...entry, start: null })).toBeNull();
});

test.each<[string, string]>([
  ['-PT15M', '15 minutes before'],
  ['-PT0S', 'At the start'],
  ['PT0S', 'At the start'],
  ['-PT90M', '90 minutes before'],
  ['-PT2H', '2 hours before'],
  ['-P1D', '1 day before'],
  ['-P1W', '1 week before'],
  ['PT30M', '30 minutes after the start'],
  ['20261122T180000Z', '22 Nov 2026, 19:00'],
  ['soon', 'soon'],
  ['-P', '-P'],
])('alarm %s: %s', (trigger, expected) => expect(alarm(trigger)).toBe(expected));

test.each<[Partial<Entry>, ReturnType<typeof repetition>]>([
  [{}, null],
  [
    { rrule: 'FREQ=DAILY', exdates: ['2026-11-23'] },
    { text: 'Every day, except on 1 day', known: true },
  ],
  [{ rdates: ['2026-11-23', '2026-11-24'] }, { text: 'and on 2 more days', known: true }],
  [{ rrule: 'FREQ=FULLMOON' }, { text: 'FREQ=FULLMOON', known: false }],
])('repetition of %o', (change, expected) => expect(repetition({ ...entry, ...change })).toEqual(expected));

test('a guest has a name or an address', () => {
  expect(guest({ name: null, address: 'mailto:a@example.org' })).toBe('a@example.org');
  expect(guest({ name: '', address: '' })).toBe('No name');
});

const state = (components: Entry[] | null): VersionRow => ({
  change: 'changed',
  standing: 'counted',
  at: '2026-11-22T12:00:00Z',
  run: 'r',
  digest: null,
  contact: null,
  components,
  unreadable: components === null,
});

test.each<{ name: string; before: Entry[] | null; after: Entry[] | null; expected: unknown }>([
  { name: 'the same', before: [entry], after: [{ ...entry }], expected: [] },
  {
    name: 'a title and a place',
    before: [entry],
    after: [{ ...entry, summary: 'Concert', location: 'Town hall' }],
    expected: [
      { field: 'title', before: 'Choir', after: 'Concert' },
      { field: 'place', before: null, after: 'Town hall' },
    ],
  },
  {
    name: 'an answer',
    before: [
      { ...entry, attendees: [{ name: 'Noor', address: 'n@example.org', role: null, status: 'TENTATIVE' }] },
    ],
    after: [
      { ...entry, attendees: [{ name: 'Noor', address: 'n@example.org', role: null, status: 'ACCEPTED' }] },
    ],
    expected: [{ field: 'guests', before: 'Noor: may come', after: 'Noor: comes' }],
  },
  {
    name: 'an occurrence by itself',
    before: [entry],
    after: [entry, { ...entry, start: '2026-11-29T20:30:00', end: '2026-11-29T22:30:00' }],
    expected: [
      { field: 'occurrences', before: null, after: 'Choir: Sunday, 29 November 2026, 20:30–\u206022:30' },
    ],
  },
  { name: 'unreadable before', before: null, after: [entry], expected: null },
  { name: 'unreadable now', before: [entry], after: null, expected: null },
])('differences: $name', ({ before, after, expected }) => {
  expect(differences(state(before), state(after))).toEqual(expected);
});

test.each<[string | null, RegExp]>([
  ['#3f7fd6', /^light-dark\(oklch\(from #3f7fd6 .* oklch\(from #3f7fd6 .*\)$/],
  [null, /^var\(--hue-3\)$/],
  ['red; background: url(x)', /^var\(--hue-3\)$/],
])('colour %s', (colour, expected) => {
  expect(colourOf({ colour }, 10)).toMatch(expected);
});
