import { beforeEach, expect, test } from 'vitest';
import type { Home, Running, Trouble } from '../ipc';
import { running } from '../ipc/twin/running';
import { speak, t } from '../words';
import { notice, reminders, type Notice } from './notices';

const ended = (outcome: NonNullable<Running['ended']>['outcome'], more: Partial<Running> = {}): Running => ({
  ...running('mirror', 'adb:x', 1),
  ended: { run: null, outcome, trouble: null },
  ...more,
});

const troubled = (
  outcome: NonNullable<Running['ended']>['outcome'],
  kind: Trouble['kind'],
  subject: string | null = null,
): Partial<Running> => ({ ended: { run: null, outcome, trouble: { kind, subject, detail: '' } } });

beforeEach(() => speak(['en-GB']));

test.each<[string, Running, Notice | null]>([
  ['it goes on', running('mirror', 'adb:x', 0.5), null],
  [
    'it is complete',
    ended('complete', { kinds: [] }),
    { title: 'Mira’s Pixel 8 is mirrored', body: 'Nothing new this time.' },
  ],
  ['its owner stopped it', ended('cancelled'), null],
  [
    'it is incomplete',
    ended('partial'),
    {
      title: 'Mira’s Pixel 8 is only partly mirrored',
      body: 'Open Sidekeep to see what is missing, and why.',
    },
  ],
  [
    'it says what happened and the next step',
    ended('failed', troubled('failed', 'unplugged')),
    {
      title: 'Mira’s Pixel 8 is only partly mirrored',
      body: 'There is no connection. Check the cable or the network, and that the phone or server is on.',
    },
  ],
  [
    'it needs its owner',
    ended('complete', { suspicious: 1 }),
    {
      title: 'Mira’s Pixel 8: something looks wrong',
      body: 'Too much changed at once. The last good view is kept until you decide.',
    },
  ],
  [
    'a check',
    ended('complete', { job: 'verify', phone_name: null }),
    { title: 'The archive is checked', body: 'Every kept file is as it was kept.' },
  ],
  [
    'a check that found damage',
    ended('complete', { job: 'verify', phone_name: null, ...troubled('complete', 'damaged', 'DCIM/1.jpg') }),
    {
      title: 'Kept files are missing or damaged (DCIM/1.jpg).',
      body: 'Mirror again while they are still there: what is missing is fetched anew.',
    },
  ],
])('%s', (_, now, told) => {
  expect(notice(now)).toEqual(told);
});

test('in German, too, damage is told', async () => {
  await speak(['de-DE']);
  const check = {
    job: 'verify',
    phone_name: null,
    ...troubled('complete', 'damaged', 'DCIM/1.jpg'),
  } as const;
  expect(notice(ended('complete', check))).toEqual({
    title: t.errors.kinds.damaged.title('DCIM/1.jpg'),
    body: t.errors.kinds.damaged.next,
  });
  expect(t.errors.kinds.damaged.title('DCIM/1.jpg')).toMatch(/beschädigt.*DCIM/);
});

test('a phone that is overdue is told of once a day', () => {
  const shelf = new Map<string, string>();
  const told = {
    getItem: (key: string) => shelf.get(key) ?? null,
    setItem: (key: string, value: string) => void shelf.set(key, value),
  };
  const phone = { id: 'p', name: 'Ada', overdue: true, last_complete: '2026-11-01T12:00:00Z' };
  const home = { phones: [phone, { ...phone, id: 'q', overdue: false }] } as Home;
  const noon = Date.parse('2026-11-22T12:00:00Z');
  const first = reminders(home, told, noon);
  expect(first).toEqual([{ title: 'Ada is overdue', body: 'Last mirrored completely 21 days ago.' }]);
  expect(reminders(home, told, noon + 3_600_000)).toEqual([]);
  expect(reminders(home, told, noon + 86_400_000)).toHaveLength(1);
});
