import { beforeEach, expect, test } from 'vitest';
import type { Counts, RunRow, VerdictRow } from '../../ipc';
import { speak } from '../../words';
import { ending, result, summary } from './said';
import { hasTrouble } from './story';

beforeEach(() => speak(['en-GB']));

const run = (more: Partial<RunRow>): RunRow => ({
  id: 'r',
  purpose: 'mirror',
  phone: 'p',
  phone_name: 'Pixel',
  at: '2026-03-04T09:00:00Z',
  ended: '2026-03-04T09:02:00Z',
  outcome: 'complete',
  changes: 0,
  verdicts: [],
  check: null,
  restore: null,
  ...more,
});

const counts: Counts = {
  listed: 0,
  groups: 0,
  foreign: 0,
  seen: 0,
  changed: 0,
  gone: 29,
  back: 0,
  unread: 0,
  bytes: 0,
};
const held: VerdictRow = {
  kind: 'contact',
  collection: null,
  reading: { reading: 'complete' },
  suspicions: [{ suspicion: 'emptied', before: 29 }],
  hold: 'open',
  counts,
};

interface Said {
  result: string;
  ending: string;
  trouble: boolean;
}

test.each<[string, Partial<RunRow>, Said]>([
  [
    'a run that read everything',
    {},
    { result: 'Complete', ending: 'Everything that the link can read was read.', trouble: false },
  ],
  [
    'a run of which a change waits',
    { verdicts: [held] },
    { result: 'Needs your decision', ending: 'Everything that the link can read was read.', trouble: true },
  ],
  [
    'a run of which a change was decided',
    { verdicts: [{ ...held, hold: 'accepted' }] },
    { result: 'Complete', ending: 'Everything that the link can read was read.', trouble: true },
  ],
  [
    'a check that found all well',
    { purpose: 'check', check: { sample: false, damaged: 0 } },
    {
      result: 'Complete',
      ending: 'All kept files were read again and are as they were kept.',
      trouble: false,
    },
  ],
  [
    'a check of a sample',
    { purpose: 'check', check: { sample: true, damaged: 0 } },
    {
      result: 'Complete',
      ending: 'A sample of the kept files was read again, and is as it was kept.',
      trouble: false,
    },
  ],
  [
    'a check that found damage',
    { purpose: 'check', check: { sample: false, damaged: 2 } },
    {
      result: '2 files damaged or missing',
      ending: 'The check found 2 files damaged or missing. Mirror again while they are still there.',
      trouble: true,
    },
  ],
  [
    'a check whose words are lost',
    { purpose: 'check' },
    { result: 'Complete', ending: 'What the check found can no longer be read.', trouble: false },
  ],
  [
    'a run under way',
    { outcome: null, ended: null },
    { result: 'Under way', ending: 'This run is still going on.', trouble: false },
  ],
])('%s', (_, more, said) => {
  const one = run(more);
  expect({ result: result(one), ending: ending(one), trouble: hasTrouble(one) }).toEqual(said);
});

test('the list says of a check what it found', () => {
  expect(summary(run({ purpose: 'check', check: { sample: false, damaged: 1 } }))).toBe(
    '1 file damaged or missing',
  );
});

test('in German, too, damage is told', async () => {
  await speak(['de-DE']);
  const check = run({ purpose: 'check', check: { sample: false, damaged: 2 } });
  expect([result(check), ending(check)]).toEqual([
    '2 Dateien beschädigt oder nicht da',
    'Die Prüfung fand 2 beschädigte oder fehlende Dateien. Spiegle noch einmal, solange sie noch da sind.',
  ]);
});
