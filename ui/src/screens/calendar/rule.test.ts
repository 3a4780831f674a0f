import { afterAll, beforeAll, expect, test } from 'vitest';
import { speak, t } from '../../words';
import { readRule } from './rule';

const rules: [rule: string, english: string, german: string][] = [
  ['FREQ=DAILY', 'Every day', 'Jeden Tag'],
  ['FREQ=DAILY;INTERVAL=3', 'Every 3 days', 'Alle 3 Tage'],
  ['FREQ=WEEKLY', 'Every week', 'Jede Woche'],
  ['RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TU', 'Every week on Tuesday', 'Jede Woche am Dienstag'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', 'Every 2 weeks on Monday and Friday', 'Alle 2 Wochen am Montag und Freitag'], // prettier-ignore
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Every week from Monday to Friday', 'Jede Woche von Montag bis Freitag'], // prettier-ignore
  ['freq=weekly;byday=su;count=10', 'Every week on Sunday, 10 times', 'Jede Woche am Sonntag, 10-mal'],
  ['FREQ=DAILY;UNTIL=20270331T215959Z', 'Every day, until 31 March 2027', 'Jeden Tag, bis 31. März 2027'],
  ['FREQ=MONTHLY', 'Every month', 'Jeden Monat'],
  ['FREQ=MONTHLY;BYMONTHDAY=15', 'Every month on the 15th', 'Jeden Monat am 15.'],
  [
    'FREQ=MONTHLY;BYMONTHDAY=1,-1',
    'Every month on the 1st and last day',
    'Jeden Monat am 1. und letzten Tag',
  ],
  ['FREQ=MONTHLY;BYMONTHDAY=22', 'Every month on the 22nd', 'Jeden Monat am 22.'],
  ['FREQ=MONTHLY;BYMONTHDAY=13', 'Every month on the 13th', 'Jeden Monat am 13.'],
  ['FREQ=MONTHLY;BYDAY=2TU', 'Every month on the second Tuesday', 'Jeden Monat am zweiten Dienstag'],
  ['FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1', 'Every month on the last Friday', 'Jeden Monat am letzten Freitag'],
  ['FREQ=YEARLY', 'Every year', 'Jedes Jahr'],
  [
    'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24',
    'Every year on the 24th of December',
    'Jedes Jahr am 24. Dezember',
  ],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'Every year on the last Sunday of March', 'Jedes Jahr am letzten Sonntag im März'], // prettier-ignore
  ['FREQ=YEARLY;BYMONTH=5', 'Every year in May', 'Jedes Jahr im Mai'],
];

const unsaid = [
  '',
  'FREQ=FORTNIGHTLY;BYMOON=FULL',
  'FREQ=HOURLY',
  'FREQ=DAILY;INTERVAL=0',
  'FREQ=DAILY;COUNT=x',
  'FREQ=DAILY;UNTIL=tomorrow',
  'FREQ=DAILY;BYHOUR=9,17',
  'FREQ=DAILY;FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY=XX',
  'FREQ=WEEKLY;BYDAY=2MO',
  'FREQ=MONTHLY;BYDAY=MO',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=MONTHLY;BYDAY=-2FR',
  'FREQ=MONTHLY;BYMONTHDAY=32',
  'FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=13',
  'FREQ=YEARLY;BYYEARDAY=100',
  'FREQ=YEARLY;BYMONTHDAY=24',
];

function said(rule: string): string | null {
  const read = readRule(rule);
  return read && t.calendar.repeats(read);
}

test.each(unsaid)('%s is shown as it is written', (rule) => expect(readRule(rule)).toBeNull());

test.each(rules)('%s: %s', (rule, english) => expect(said(rule)).toBe(english));

beforeAll(() => speak(['en-GB']));
afterAll(() => speak(['en-GB']));

test('the same in German', async () => {
  await speak(['de-DE']);
  expect(rules.map(([rule]) => said(rule))).toEqual(rules.map(([, , german]) => german));
});
