// What a restore of the twin would write, and what comes of it: a little of everything, so that each fate is seen.

import type { Choice, RestoreDone, RestoreFate, RestoreOrder, RestoreRow } from '../bindings';
import type { World } from './world';

const choices: Choice[] = [
  {
    property: 'TEL',
    occurrence: null,
    phone: null,
    archive: '+49 30 901820',
    apart: null,
    taken: 'archive',
    conflict: false,
  },
  {
    property: 'TITLE',
    occurrence: null,
    phone: 'Head of the clinic',
    archive: 'Doctor',
    apart: null,
    taken: 'phone',
    conflict: true,
  },
  {
    property: 'EMAIL',
    occurrence: null,
    phone: 'ada@example.org',
    archive: 'ada@example.org',
    apart: {
      phone: { types: ['home'], own: null, params: {} },
      archive: { types: ['work'], own: null, params: { PREF: '1' } },
    },
    taken: 'archive',
    conflict: false,
  },
];

export function restored(world: World, order: RestoreOrder, preview: boolean): RestoreDone {
  const items = world.items(order.kind).filter(({ id }) => order.ids.length === 0 || order.ids.includes(id));
  const alone = order.ids.length > 0;
  const fateOf = (at: number): RestoreFate => {
    if (alone) return { fate: 'updated' };
    if (at === 0) return { fate: 'refused', why: 'read-only' };
    if (at === 1) return preview ? { fate: 'updated' } : { fate: 'conflict' };
    if (at === 2) return order.policy === 'keep-phone' ? { fate: 'kept' } : { fate: 'updated' };
    return at < 12 ? { fate: 'added' } : { fate: 'same' };
  };
  const rows = items.map(({ id, title, collection }, at): RestoreRow => {
    const fate = fateOf(at);
    return {
      item: id,
      title,
      place: fate.fate === 'refused' ? null : collection,
      fate,
      choices: fate.fate === 'updated' || fate.fate === 'kept' ? choices : [],
      confirmed: !preview && (fate.fate === 'added' || fate.fate === 'updated'),
      differing: [],
    };
  });
  const count = (name: RestoreFate['fate']) => rows.filter(({ fate }) => fate.fate === name).length;
  const [added, updated] = [count('added'), count('updated')];
  const undone = count('refused') + count('conflict') + count('failed');
  return {
    preview,
    fresh: world.runId(world.ago(1)),
    run: preview ? null : world.runId(world.ago(0)),
    outcome: undone > 0 ? 'partial' : 'complete',
    trouble: null,
    asked: rows.length,
    counts: {
      added,
      updated,
      same: count('same'),
      kept: count('kept'),
      conflicts: count('conflict'),
      refused: count('refused'),
      failed: count('failed'),
      confirmed: preview ? 0 : added + updated,
    },
    invites: order.kind === 'event' ? Math.min(added + updated, 2) : 0,
    items: rows.filter(({ fate }) => fate.fate !== 'same').slice(0, 500),
    more: 0,
  };
}
