import { afterEach, expect, test } from 'vitest';
import { format, locale } from '.';
import { choose } from './locale.svelte';

afterEach(() => Object.assign(locale, choose(['en-GB'])));

/** Non-breaking and narrow spaces are the locale's business; the table shows plain ones. */
function check(tag: string, written: () => string, expected: string) {
  Object.assign(locale, choose([tag]));
  expect(written().replace(/[\u00a0\u202f]/g, ' ')).toBe(expected);
}

const noon = Date.UTC(2024, 2, 4, 13, 5);
const now = Date.UTC(2024, 2, 4, 13, 5);

test.each<[string, () => string, string]>([
  ['en-GB', () => format.number(1204567), '1,204,567'],
  ['de-DE', () => format.number(1204567), '1.204.567'],
  ['en-GB', () => format.percent(0.123), '12%'],
  ['en-GB', () => format.bytes(0), '0 byte'],
  ['en-GB', () => format.bytes(999), '999 byte'],
  ['en-GB', () => format.bytes(999_600), '1 MB'],
  ['en-GB', () => format.bytes(1_249_000), '1.2 MB'],
  ['de-DE', () => format.bytes(34_400_000_000), '34 GB'],
  ['de-DE', () => format.rate(1_200_000), '1,2 MB/s'],
  ['en-GB', () => format.span(12), '12 secs'],
  ['en-GB', () => format.span(200), '3 mins'],
  ['en-GB', () => format.span(7500), '2 hrs, 5 mins'],
  ['en-GB', () => format.span(9 * 86400), '9 days'],
  ['de-DE', () => format.span(9 * 86400), '9 Tage'],
  ['en-GB', () => format.clock(7), '0:07'],
  ['en-GB', () => format.clock(3723), '1:02:03'],
  ['en-GB', () => format.ago(now - 20_000, now), 'just now'],
  ['de-DE', () => format.ago(now - 20_000, now), 'gerade eben'],
  ['en-GB', () => format.ago(now - 12 * 60_000, now), '12 minutes ago'],
  ['en-GB', () => format.ago(now - 30 * 3600_000, now), 'yesterday'],
  ['de-DE', () => format.ago(now - 9 * 86400_000, now), 'vor 9 Tagen'],
  ['en-GB', () => format.ago(now + 3 * 86400_000, now), 'in 3 days'],
  ['en-GB', () => format.date(noon), '4 March 2024'],
  ['en-GB', () => format.date('2024-03-04'), '4 March 2024'],
  ['en-US', () => format.shortDate(noon), 'Mar 4, 2024'],
  ['de-DE', () => format.dateTime('2024-03-04T13:05:00Z'), '04.03.2024, 14:05'],
  ['de-DE', () => format.fullDate('2024-03-04'), 'Montag, 4. März 2024'],
  ['en-GB', () => format.month('2024-03-31'), 'March 2024'],
  ['en-GB', () => format.list(['a', 'b', 'c']), 'a, b and c'],
  ['de-DE', () => format.list(['a', 'b']), 'a und b'],
  ['de-DE', () => String(format.firstDayOfWeek()), '1'],
  ['en-US', () => String(format.firstDayOfWeek()), '7'],
])('%s %s', check);

test('a day without a zone is that day here, not in London', () => {
  expect(format.wall('2024-03-04').getDate()).toBe(4);
  expect(format.wall('2024-03-04T00:30:00').getHours()).toBe(0);
});

test('names are in the order of the alphabet of the locale', () => {
  locale.tag = 'de-DE';
  expect(['Zoe', 'Ärmel', 'Arm', 'Item 10', 'Item 9'].sort(format.collator().compare)).toEqual([
    'Arm',
    'Ärmel',
    'Item 9',
    'Item 10',
    'Zoe',
  ]);
});
