import { expect, test } from 'vitest';
import type { Home, Running } from '../ipc';
import { running } from '../ipc/twin/running';
import { speak } from '../words';
import { notice, reminders } from './notices';

const ended = (outcome: NonNullable<Running['ended']>['outcome'], more: Partial<Running> = {}): Running => ({
  ...running('mirror', 'adb:x', 1),
  ended: { run: null, outcome, trouble: null },
  ...more,
});

test.each<[string, Running, string | null]>([
  ['it goes on', running('mirror', 'adb:x', 0.5), null],
  ['it is complete', ended('complete'), 'Mira’s Pixel 8 is mirrored'],
  ['its owner stopped it', ended('cancelled'), null],
  ['it is incomplete', ended('partial'), 'Mira’s Pixel 8 is only partly mirrored'],
  ['it needs its owner', ended('complete', { suspicious: 1 }), 'Mira’s Pixel 8: something looks wrong'],
  ['a check', ended('complete', { job: 'verify', phone_name: null }), 'The archive is checked'],
])('%s', (_, now, title) => {
  expect(notice(now)?.title ?? null).toBe(title);
});

test('a trouble says what happened and the next step', () => {
  const trouble = { kind: 'unplugged', subject: null, detail: '' } as const;
  const told = notice(ended('failed', { ended: { run: null, outcome: 'failed', trouble } }));
  expect(told?.body).toBe(
    'The phone is not there. Check the cable or the network, and that the phone is on.',
  );
});

test('a phone that is overdue is told of once a day', async () => {
  await speak(['en-GB']);
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
