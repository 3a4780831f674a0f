import { beforeEach, expect, test } from 'vitest';
import type { KindProgress, Running } from '../../ipc';
import { speak } from '../../words';
import { bar, brought, pace, stage, whole, type Bar } from './bars';

beforeEach(() => speak(['en-GB']));

function progress(more: Partial<KindProgress>): KindProgress {
  return {
    kind: 'photo',
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

function running(more: Partial<Running>): Running {
  return {
    job: 'mirror',
    phone: null,
    phone_name: null,
    source: null,
    stage: 'fetching',
    kind: 'photo',
    kinds: [],
    items_done: 0,
    items: null,
    bytes_done: 0,
    bytes: null,
    rate: 0,
    left: null,
    suspicious: 0,
    stopping: false,
    ended: null,
    ...more,
  };
}

test.each<[Partial<KindProgress>, boolean, Bar]>([
  [{}, false, { share: 0, state: 'waiting', text: 'Waiting', unread: '' }],
  [{}, true, { share: null, state: 'active', text: 'Counting', unread: '' }],
  [{ items: 4, items_done: 1 }, true, { share: 0.25, state: 'active', text: '1 of 4', unread: '' }],
  [
    { items: 4, items_done: 1, bytes: 2_000_000, bytes_done: 1_000_000 },
    true,
    { share: 0.5, state: 'active', text: '1 of 4 · 1 MB of 2 MB', unread: '' },
  ],
  [{ items: 0, listed: 9, done: true }, false, { share: 1, state: 'done', text: 'Nothing new', unread: '' }],
  [{ items: 0, listed: 0, done: true }, false, { share: 1, state: 'done', text: 'None there', unread: '' }],
  [
    { items: 4, items_done: 4, unread: 1, listed: 4, done: true },
    false,
    { share: 1, state: 'done', text: '3 photos came', unread: '1 not readable' },
  ],
  [
    { items: 1, items_done: 1, unread: 1, listed: 1, done: true },
    false,
    { share: 1, state: 'done', text: '', unread: '1 not readable' },
  ],
])('the bar of %j, active %s', (more, active, expected) => {
  expect(bar(progress(more), active)).toEqual(expected);
});

test.each<[Partial<Running>, number | null]>([
  [{}, null],
  [{ items: 8, items_done: 2 }, 0.25],
  [{ items: 8, items_done: 2, bytes: 100, bytes_done: 50 }, 0.5],
])('the whole of %j is %s', (more, share) => {
  expect(whole(running(more))).toBe(share);
});

test('what is done is said with its kind, and what cannot be said is left out', () => {
  expect(stage(running({}))).toBe('Fetching photos');
  expect(stage(running({ stage: 'listing', kind: null }))).toBe('Working');
  expect(stage(running({ stage: 'connecting', kind: null }))).toBe('Connecting');
  expect(pace(running({}))).toBe('');
  expect(pace(running({ items: 4, items_done: 1, rate: 2_000_000, left: 120 }))).toBe(
    '1 of 4 · 2 MB/s · 2 mins left',
  );
  const more = running({ items: 4, items_done: 4, bytes: 574_000, bytes_done: 607_000 });
  expect(pace(more)).toBe('4 of 4 · 607 kB');
  expect(whole(more)).toBe(1);
});

test('what a run brought is one sentence', () => {
  expect(brought(running({ kinds: [progress({ done: true })] }))).toBe('Nothing new this time.');
  const kinds = [progress({ kind: 'contact', items_done: 2 }), progress({ items_done: 3, unread: 2 })];
  expect(brought(running({ kinds }))).toBe('New this time: 2 contacts and 1 photo.');
});
