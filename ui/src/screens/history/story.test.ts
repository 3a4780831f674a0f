import { expect, test } from 'vitest';
import type { Counts, RunRow, VerdictRow } from '../../ipc';
import {
  dayOf,
  daysWithRuns,
  hasTrouble,
  lastDayUntil,
  narrowed,
  phonesOf,
  questions,
  totals,
  type Show,
} from './story';

const counts = (more: Partial<Counts> = {}): Counts => ({
  listed: 10,
  groups: 0,
  foreign: 0,
  seen: 0,
  changed: 0,
  gone: 0,
  back: 0,
  unread: 0,
  bytes: 0,
  ...more,
});

const verdict = (more: Partial<VerdictRow> = {}): VerdictRow => ({
  kind: 'contact',
  collection: null,
  reading: { reading: 'complete' },
  suspicions: [],
  hold: null,
  counts: counts(),
  ...more,
});

const run = (id: string, more: Partial<RunRow> = {}): RunRow => ({
  id,
  purpose: 'mirror',
  phone: 'android:1',
  phone_name: 'Pixel',
  at: '2026-03-04T09:00:00Z',
  ended: '2026-03-04T09:02:00Z',
  outcome: 'complete',
  changes: 0,
  check: null,
  restore: null,
  verdicts: [],
  ...more,
});

const held = verdict({
  hold: 'open',
  suspicions: [{ suspicion: 'emptied', before: 300 }],
  counts: counts({ gone: 300 }),
});

test.each<[string, VerdictRow[], number[]]>([
  ['none', [], [0, 0, 0, 0, 0]],
  [
    'two kinds',
    [
      verdict({ counts: counts({ seen: 2, changed: 1 }) }),
      verdict({ counts: counts({ seen: 3, back: 1, unread: 4 }) }),
    ],
    [5, 1, 0, 1, 4],
  ],
  ['held back', [held], [0, 0, 0, 0, 0]],
  ['refused', [{ ...held, hold: 'refused' }], [0, 0, 0, 0, 0]],
  ['accepted', [{ ...held, hold: 'accepted' }], [0, 0, 300, 0, 0]],
])('totals of %s', (_, verdicts, [added, changed, gone, back, unread]) => {
  expect(totals(run('a', { verdicts }))).toEqual({ added, changed, gone, back, unread });
});

const runs = [
  run('open', { phone: 'android:2', phone_name: 'Galaxy', outcome: 'partial', verdicts: [held] }),
  run('new', { changes: 4 }),
  run('nothing'),
  run('cut', { outcome: 'interrupted' }),
  run('check', { purpose: 'check', phone: null, phone_name: null }),
  run('going', { outcome: null, ended: null }),
];

test.each<[string | null, Show, string[]]>([
  [null, 'all', ['open', 'new', 'nothing', 'cut', 'check', 'going']],
  [null, 'changes', ['new']],
  [null, 'trouble', ['open', 'cut']],
  [null, 'open', ['open']],
  ['android:1', 'all', ['new', 'nothing', 'cut', 'going']],
  ['android:2', 'changes', []],
])('runs of %s, %s', (phone, show, ids) => {
  expect(narrowed(runs, { phone, show }).map(({ id }) => id)).toEqual(ids);
});

test('a suspicion stays trouble when it is decided; then it asks nothing', () => {
  const decided = run('a', { verdicts: [{ ...held, hold: 'refused' }] });
  expect([hasTrouble(decided), questions(decided)]).toEqual([true, []]);
});

test('each phone once', () => {
  expect(phonesOf(runs)).toEqual([
    { id: 'android:2', name: 'Galaxy' },
    { id: 'android:1', name: 'Pixel' },
  ]);
});

test('days are those of the clock here', () => {
  // Berlin is an hour ahead in winter, two in summer.
  expect(dayOf('2026-03-04T23:30:00Z')).toBe('2026-03-05');
  expect(dayOf('2026-07-04T21:59:00Z')).toBe('2026-07-04');
});

test('days with runs, and the last one until a day', () => {
  const days = daysWithRuns([
    run('a', { at: '2026-03-04T09:00:00Z' }),
    run('b', { at: '2026-03-04T10:00:00Z' }),
    run('c', { at: '2026-01-01T10:00:00Z', purpose: 'rescue' }),
    run('d', { at: '2026-02-01T10:00:00Z', purpose: 'check' }),
  ]);
  expect([...days]).toEqual([
    ['2026-03-04', 2],
    ['2026-01-01', 1],
  ]);
  expect(
    ['2025-12-31', '2026-01-01', '2026-03-03', '2026-03-09'].map((day) => lastDayUntil(days, day)),
  ).toEqual([null, '2026-01-01', '2026-01-01', '2026-03-04']);
});
