import { expect, test } from 'vitest';
import { Order } from './order.svelte';

function order(change: (order: Order) => void, start: ConstructorParameters<typeof Order>[0] = {}) {
  const made = new Order(start);
  change(made);
  return made;
}

const chosen = { what: 'photos' as const, ids: ['a', 'b'] };

test.each<[string, Order, object]>([
  ['everyone, for anyone', order(() => {}), { what: 'contacts', ids: [], dialect: 'plain', per_contact: false, to: null }], // prettier-ignore
  ['Outlook takes one contact per file', order((one) => (one.dialect = 'outlook')), { per_contact: true }],
  ['people have no days', order((one) => (one.since = '2026-01-01')), { since: null }],
  [
    'a range of a calendar',
    order((one) =>
      Object.assign(one, { what: 'calendars', since: '2026-01-01', until: '2026-02-01', collection: 'c1' }),
    ),
    { since: '2026-01-01', until: '2026-02-01', collection: 'c1', per_contact: false },
  ],
  ['pictures as they are', order((one) => (one.what = 'photos')), { jpeg_quality: null, long_edge: null }],
  [
    'pictures as smaller JPEGs, the same for everybody',
    order((one) => Object.assign(one, { what: 'photos', jpeg: true, edge: '2048', dialect: 'google' })),
    { jpeg_quality: 85, long_edge: 2048, dialect: 'plain' },
  ],
  ['a selection', order(() => {}, { chosen }), { what: 'photos', ids: ['a', 'b'], derived: true }],
  [
    'not the selection but all',
    order((one) => (one.selected = false), { chosen }),
    { ids: [], derived: false },
  ],
  [
    'a selection of other things',
    order((one) => (one.what = 'contacts'), { chosen }),
    { what: 'contacts', ids: [] },
  ],
  [
    'an empty selection is none',
    order(() => {}, { chosen: { what: 'photos', ids: [] } }),
    { what: 'contacts' },
  ],
  ['as it was', order(() => {}, { asOf: '2026-03-01' }), { as_of: '2026-03-01T22:59:59.999Z' }],
])('%s', (_, made, expected) => expect(made.ask()).toMatchObject(expected));

test('a range that ends before it begins is told', () => {
  const days = { since: '2026-02-01', until: '2026-01-01' };
  expect(order((one) => Object.assign(one, { what: 'photos', ...days })).upsideDown).toBe(true);
  expect(order((one) => Object.assign(one, { what: 'contacts', ...days })).upsideDown).toBe(false);
});

test('where to, and whether files are replaced', () => {
  expect(new Order().ask('/home/mira', true)).toMatchObject({ to: '/home/mira', replace: true });
});
