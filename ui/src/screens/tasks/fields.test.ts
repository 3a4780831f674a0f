import { beforeAll, expect, test } from 'vitest';
import type { Entry } from '../../ipc';
import { speak } from '../../words';
import { everyField, momentText, ruleText } from './fields';

beforeAll(() => speak(['en-GB']));

test.each([
  ['2026-03-04', '4 March 2026'],
  ['2026-03-04T09:00:00', '4 Mar 2026, 09:00'],
  ['2026-03-04T09:00:00Z', '4 Mar 2026, 10:00'],
  ['some day', 'some day'],
])('%s is said as %s', (moment, said) => {
  expect(momentText(moment)).toBe(said);
});

test.each([
  ['FREQ=YEARLY', 'Every year'],
  ['FREQ=WEEKLY;INTERVAL=2', 'Every 2 weeks'],
  ['FREQ=WEEKLY;BYDAY=MO', 'FREQ=WEEKLY;BYDAY=MO'],
  ['FREQ=FORTNIGHTLY', 'FREQ=FORTNIGHTLY'],
  ['', ''],
])('the rule %s is said as %s', (rule, said) => {
  expect(ruleText(rule)).toBe(said);
});

test('only what is there is a field', () => {
  const entry: Entry = {
    component: 'task',
    uid: '1',
    summary: 'Bread',
    start: null,
    end: null,
    all_day: false,
    tz: null,
    rrule: 'FREQ=DAILY',
    exdates: [],
    recurrence_id: null,
    location: null,
    attendees: [],
    alarms: [{ action: 'DISPLAY', trigger: '-PT15M' }],
    status: 'NEEDS-ACTION',
    due: '2026-03-04',
    description: 'The dark one',
  };
  expect(everyField([entry]).map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'Title: Bread',
    'Due: 4 March 2026',
    'Repeats: Every day',
    'Status: Open',
    'Reminder: -PT15M',
    'Notes: The dark one',
  ]);
});
