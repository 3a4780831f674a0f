import { expect, test } from 'vitest';
import type { KindProgress, Running } from '../../ipc';
import { tally } from './tally';

function progress(more: Partial<KindProgress>): KindProgress {
  return {
    kind: 'contact',
    listed: null,
    items: null,
    items_done: 0,
    bytes: null,
    bytes_done: 0,
    unread: 0,
    done: false,
    ...more,
  };
}

const of = (kinds: KindProgress[]) => ({ kinds }) as Running;

test('what came counts what was here before, and what could not be read does not count', () => {
  const { came, missing } = tally(
    of([
      progress({ kind: 'contact', listed: 100, items: 40, items_done: 40, done: true }),
      progress({ kind: 'event', listed: 9, items: 9, items_done: 9, unread: 2, done: true }),
      progress({ kind: 'photo', listed: 50, items: 50, items_done: 7 }),
      progress({ kind: 'film' }),
    ]),
    null,
  );
  expect(came).toEqual([
    { kind: 'contact', items: 100 },
    { kind: 'event', items: 7 },
    { kind: 'photo', items: 7 },
  ]);
  expect(missing.map(({ kind, unread, items, reached }) => [kind, unread, items, reached])).toEqual([
    ['event', 2, 7, true],
    ['photo', 0, 7, false],
    ['film', 0, 0, false],
  ]);
});

test('a kind that the phone refuses is missing although its turn came', () => {
  const refused = { reading: 'unavailable', why: { reason: 'refused' } } as const;
  const { came, missing } = tally(
    of([progress({ listed: 0, items: 0, done: true })]),
    new Map([['contact', refused]]),
  );
  expect(came).toEqual([]);
  expect(missing).toMatchObject([{ kind: 'contact', why: refused }]);
});
