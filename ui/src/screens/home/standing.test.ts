import { beforeEach, expect, test } from 'vitest';
import type { KindRow, PhoneCard, PhoneLink, Reading, Safety } from '../../ipc';
import { speak } from '../../words';
import { best, needs, ofPhone, ofRow, why } from './standing';

const now = Date.parse('2026-11-22T12:00:00Z');
const complete: Reading = { reading: 'complete' };
const refused: Reading = { reading: 'unavailable', why: { reason: 'refused' } };
const missing: Reading = { reading: 'unavailable', why: { reason: 'missing' } };
const some: Reading = {
  reading: 'partial',
  why: [{ reason: 'items-unreadable', count: 12 }, { reason: 'unplugged' }],
};

beforeEach(() => speak(['en-GB']));

function row(more: Partial<KindRow>): KindRow {
  return {
    kind: 'photo',
    on_phone: 10,
    kept: 10,
    gone: 0,
    bytes: 0,
    verified: 10,
    verified_at: null,
    damaged: 0,
    held: 0,
    tried: true,
    reading: complete,
    beyond_link: false,
    ...more,
  };
}

function card(safety: Safety, last_complete: string | null): PhoneCard {
  return {
    id: 'p',
    name: 'Phone',
    model: null,
    system: null,
    links: [],
    kinds: [],
    safety,
    last_run: null,
    last_complete,
    overdue: false,
  };
}

test.each<[Partial<KindRow>, string, string]>([
  [{}, 'good', ''],
  [{ gone: 2 }, 'good', '2 now only here'],
  [{ kept: 7 }, 'warn', '3 not kept yet'],
  [{ reading: refused, on_phone: null }, 'warn', 'The phone refuses; a permission is missing'],
  [{ reading: missing, on_phone: null, kept: 0 }, 'quiet', 'This phone has no such data'],
  [{ reading: missing, on_phone: null }, 'warn', 'The phone no longer offers such data'],
  [{ kind: 'event', reading: missing, on_phone: null, kept: 0 }, 'warn', 'This phone has no such data'],
  [{ reading: some }, 'warn', '12 could not be read; The connection was lost'],
  [{ tried: false, reading: null, kept: 0 }, 'quiet', 'Not tried yet'],
  [{ reading: null }, 'warn', 'Not read to the end yet'],
  [{ held: 1 }, 'warn', 'A change waits for your decision'],
  [{ damaged: 3 }, 'loss', '3 damaged here'],
  [
    { damaged: 3, reading: some, held: 1 },
    'loss',
    '3 damaged here · A change waits for your decision · 12 could not be read; The connection was lost',
  ],
  [{ beyond_link: true, kept: 0, on_phone: null, reading: null }, 'quiet', 'Cannot be read over this link'],
  [{ beyond_link: true, damaged: 1 }, 'loss', '1 damaged here · Cannot be read over this link'],
])('row %j is %s', (more, tone, text) => {
  expect(ofRow(row(more), { safety: 'incomplete', kind: 'event', reading: missing })).toEqual({ tone, text });
});

test.each<[Safety, string | null, string, string]>([
  [{ safety: 'complete' }, '2026-11-22T11:48:00Z', 'good', 'Complete, 12 minutes ago'],
  [{ safety: 'never' }, null, 'warn', 'Not kept yet'],
  [{ safety: 'overdue' }, '2026-11-06T12:00:00Z', 'warn', '9 days overdue'],
  [{ safety: 'overdue' }, '2026-11-15T11:00:00Z', 'warn', '1 day overdue'],
  [{ safety: 'held', kind: 'contact' }, null, 'warn', 'Needs your decision: contacts'],
  [{ safety: 'damaged', kind: 'photo', items: 3 }, null, 'loss', 'Damaged on this computer: 3 photos'],
  [{ safety: 'short', kind: 'film', items: 1 }, null, 'warn', 'Incomplete: 1 video not kept yet'],
  [
    { safety: 'incomplete', kind: 'event', reading: refused },
    null,
    'warn',
    'Incomplete: events not readable',
  ],
  [
    { safety: 'incomplete', kind: 'photo', reading: some },
    null,
    'warn',
    'Incomplete: photos not all readable',
  ],
])('%j is %s', (safety, last, tone, title) => {
  expect(ofPhone(card(safety, last), now)).toMatchObject({ tone, title });
});

test('the sentence and the table say the same of what a phone no longer offers', () => {
  const safety: Safety = { safety: 'incomplete', kind: 'event', reading: missing };
  const events = row({ kind: 'event', reading: missing, on_phone: null, kept: 20 });
  const phone = { ...card(safety, '2026-11-22T11:59:50Z'), kinds: [row({}), events] };
  expect(ofPhone(phone, now)).toEqual({
    tone: 'warn',
    title: 'Incomplete: events not readable',
    text: 'The phone no longer offers such data. Last complete just now',
  });
  expect(ofRow(events, safety)).toEqual({ tone: 'warn', text: 'The phone no longer offers such data' });
});

test('only a complete phone is good', () => {
  const others: Safety[] = [
    { safety: 'never' },
    { safety: 'overdue' },
    { safety: 'held', kind: 'task' },
    { safety: 'damaged', kind: 'task', items: 1 },
    { safety: 'short', kind: 'task', items: 1 },
    { safety: 'incomplete', kind: 'task', reading: some },
  ];
  for (const safety of others) expect(ofPhone(card(safety, null), now).tone).not.toBe('good');
});

test('a complete phone says what its link cannot carry', () => {
  const phone = {
    ...card({ safety: 'complete' }, '2026-11-22T11:48:00Z'),
    links: [link(true)],
    kinds: [row({}), row({ kind: 'message', beyond_link: true }), row({ kind: 'call', beyond_link: true })],
  };
  expect(ofPhone(phone, now).text).toBe('Over this link (USB), messages and calls cannot be read.');
});

function link(ready: boolean | null, wants: PhoneLink['needs'] = null, source = 'adb-usb:1'): PhoneLink {
  return {
    source,
    name: null,
    phone: null,
    phone_name: null,
    link: 'usb',
    left_out: [],
    ready,
    needs: wants,
  };
}

test('the way that answers is the best, then one that nobody asked', () => {
  const [away, unasked, ready] = [link(false, 'unplugged'), link(null), link(true)];
  expect(best([away, unasked, ready])).toBe(ready);
  expect(best([away, unasked])).toBe(unasked);
  expect(best([away])).toBeNull();
  expect(best([])).toBeNull();
});

test.each<[PhoneLink, string | null]>([
  [link(true), null],
  [link(null), null],
  [link(false, 'locked'), 'unlock it'],
  [link(false, 'not-trusted'), 'unlock it and tap Allow'],
  [link(false, 'phone-busy'), 'does not answer'],
  [link(false, 'unplugged'), 'not reachable'],
  [link(false), 'not reachable'],
])('a link needs its person: %#', (way, words) => {
  expect(needs(way)).toBe(words);
});

test('a complete reading has no reason', () => {
  expect(why(complete)).toBe('');
});
