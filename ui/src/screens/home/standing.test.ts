import { beforeEach, expect, test } from 'vitest';
import type { Kind, KindRow, PhoneCard, PhoneLink, PhonePart, Reading, Safety } from '../../ipc';
import { speak } from '../../words';
import { best, needs, ofPhone, ofRow, proofs, ways, why } from './standing';

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
    without_picture: 0,
    beyond_link: false,
    ...more,
  };
}

function part(id: string, safety: Safety, kinds: KindRow[]): PhonePart {
  return { id, name: id.toUpperCase(), kinds, safety, last_run: null, last_complete: null };
}

function card(safety: Safety, last_complete: string | null, kinds: KindRow[] = []): PhoneCard {
  return {
    id: 'p',
    name: 'Phone',
    model: null,
    system: null,
    links: [],
    parts: [part('p', safety, kinds)],
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
  [{ reading: refused, on_phone: null }, 'warn', 'Access is refused; a permission is missing'],
  [{ reading: missing, on_phone: null, kept: 0 }, 'quiet', 'There is no such data'],
  [{ reading: missing, on_phone: null }, 'warn', 'Such data is no longer offered there'],
  [{ kind: 'event', reading: missing, on_phone: null, kept: 0 }, 'warn', 'There is no such data'],
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
  [{ without_picture: 2 }, 'quiet', '2 pictures are elsewhere, not kept'],
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
  const phone = card(safety, '2026-11-22T11:59:50Z', [row({}), events]);
  expect(ofPhone(phone, now)).toEqual({
    tone: 'warn',
    title: 'Incomplete: events not readable',
    text: 'Such data is no longer offered there. Last complete just now',
  });
  expect(ofRow(events, safety)).toEqual({ tone: 'warn', text: 'Such data is no longer offered there' });
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
  const kinds = [
    row({}),
    row({ kind: 'message', beyond_link: true }),
    row({ kind: 'call', beyond_link: true }),
  ];
  const phone = { ...card({ safety: 'complete' }, '2026-11-22T11:48:00Z', kinds), links: [link(true)] };
  expect(ofPhone(phone, now).text).toBe('Over this link (USB), messages and calls cannot be read.');
  // What the account brings, the cable need not.
  const account = part('a', { safety: 'complete' }, [
    row({ kind: 'message' }),
    row({ kind: 'call', beyond_link: true }),
  ]);
  const both = { ...phone, parts: [...phone.parts, account] };
  expect(ofPhone(both, now).text).toBe('Over this link (USB), calls cannot be read.');
});

test('of a phone with an account the sentence says which of them is not well', () => {
  const held: Safety = { safety: 'held', kind: 'contact' };
  const alone = card(held, null);
  expect(ofPhone(alone, now).text).toBe('Until you decide, what is kept stays as it was.');
  const both = { ...alone, parts: [part('p', { safety: 'complete' }, []), part('a', held, [])] };
  expect(ofPhone(both, now)).toEqual({
    tone: 'warn',
    title: 'Needs your decision: contacts',
    text: 'A: Until you decide, what is kept stays as it was.',
  });
});

test('what several sources have are several proofs, and what one has is its own', () => {
  const never = (kind: Kind) => row({ kind, beyond_link: true, kept: 0, on_phone: null });
  const parts = [
    part('p', { safety: 'complete' }, [
      row({ kind: 'contact', on_phone: 10, kept: 10 }),
      row({ kind: 'task', tried: false, reading: null, kept: 0 }),
      never('message'),
      row({ kind: 'photo' }),
      row({ kind: 'group' }),
    ]),
    part('a', { safety: 'complete' }, [
      row({ kind: 'contact', on_phone: 10, kept: 7 }),
      row({ kind: 'task', kept: 3, on_phone: 3 }),
      never('message'),
      never('photo'),
      row({ kind: 'group', on_phone: 0, kept: 0 }),
    ]),
  ];
  const shown = proofs({ parts, links: [] }).map(({ kind, part, row, under, tone, text }) =>
    [kind, part?.id, row?.kept, under, tone, text].join(' | '),
  );
  expect(shown).toEqual([
    'contact |  |  | false | warn | ',
    'contact | p | 10 | true | good | ',
    'contact | a | 7 | true | warn | 3 not kept yet',
    'task | a | 3 | false | good | A',
    'message | p | 0 | false | quiet | Cannot be read over this link',
    'photo | p | 10 | false | good | ',
    'group | p | 10 | false | good | ',
  ]);
});

test('a phone and its account are mirrored by one way each', () => {
  const [cable, wifi, account] = [
    { ...link(true), phone: 'p' },
    { ...link(true, null, 'adb://x'), phone: 'p' },
    { ...link(null, null, 'dav+https://x'), phone: 'a' },
  ];
  const away = { ...link(false, 'unplugged', 'dav+https://y'), phone: 'b' };
  const parts = ['p', 'a', 'b'].map((id) => part(id, { safety: 'complete' }, []));
  expect(ways({ parts, links: [cable, wifi, account, away] })).toEqual([cable, account]);
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
  expect(best([away, link(false, 'not-trusted')])?.needs).toBe('not-trusted');
  expect(best([])).toBeNull();
});

test.each<[PhoneLink, string | null]>([
  [link(true), null],
  [link(null), null],
  [link(null, 'login'), 'password or certificate not accepted'],
  [link(false, 'secrets'), 'its password could not be had'],
  [link(false, 'locked'), 'unlock it and choose “File transfer”'],
  [link(false, 'not-trusted'), 'unlock it and tap Allow'],
  [link(false, 'not-paired'), 'not paired with this computer'],
  [link(false, 'phone-busy'), 'does not answer'],
  [link(false, 'unplugged'), 'not reachable'],
  [link(false), 'not reachable'],
])('a link needs its person: %#', (way, words) => {
  expect(needs(way)).toBe(words);
});

test('a complete reading has no reason', () => {
  expect(why(complete)).toBe('');
});
