import { expect, test } from 'vitest';
import type { Running } from '../ipc';
import { running } from '../ipc/twin/running';
import { notice } from './notices';

const ended = (outcome: NonNullable<Running['ended']>['outcome'], more: Partial<Running> = {}): Running => ({
  ...running('mirror', 'adb:x', 1),
  ended: { run: null, outcome, trouble: null },
  ...more,
});

test.each<[string, Running, string | null]>([
  ['it goes on', running('mirror', 'adb:x', 0.5), null],
  ['it is complete', ended('complete'), 'Mira’s Pixel 8 is mirrored'],
  ['its owner stopped it', ended('cancelled'), null],
  ['it is incomplete', ended('partial'), 'Mira’s Pixel 8 is not mirrored completely'],
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
