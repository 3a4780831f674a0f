// A run that goes by itself: what a phone's mirroring looks like, in about twelve seconds.

import type { Job, Kind, KindProgress, Running } from '../bindings';
import { pixel } from './phones';

const plan: [Kind, number, number][] = [
  ['contact', 61, 0],
  ['group', 5, 0],
  ['event', 260, 0],
  ['task', 10, 0],
  ['photo', 412, 1_380_000_000],
  ['film', 9, 620_000_000],
];

/** The run as it stands when this share of it is done, from 0 to 1. Pure. */
export function running(job: Job, source: string | null, share: number, stopping = false): Running {
  const weight = plan.map(([, items, bytes]) => items + bytes / 5_000_000);
  const whole = weight.reduce((sum, one) => sum + one, 0);
  let left = share * whole;
  let at: Kind | null = null;
  const kinds = plan.map(([kind, items, bytes], index): KindProgress => {
    const mine = weight[index] ?? 1;
    const part = Math.min(1, Math.max(0, left / mine));
    left -= mine;
    if (part < 1 && at === null) at = kind;
    const listed = part > 0 || at === kind;
    return {
      kind,
      listed: listed ? items : null,
      items: listed ? items : null,
      items_done: Math.floor(part * items),
      bytes: listed ? bytes : null,
      bytes_done: Math.floor(part * bytes),
      unread: 0,
      done: part >= 1,
    };
  });
  const sum = (part: (kind: KindProgress) => number | null) =>
    kinds.reduce((all, kind) => all + (part(kind) ?? 0), 0);
  const alone = job !== 'mirror' && job !== 'rescue';
  return {
    job,
    phone: alone ? null : pixel.id,
    phone_name: alone ? null : pixel.name,
    source,
    stage: share >= 1 ? 'done' : alone ? 'working' : share === 0 ? 'connecting' : 'fetching',
    kind: alone ? null : at,
    kinds: alone ? [] : kinds,
    items_done: sum((kind) => kind.items_done),
    items: share === 0 ? null : plan.reduce((all, [, items]) => all + items, 0),
    bytes_done: sum((kind) => kind.bytes_done),
    bytes: share === 0 ? null : plan.reduce((all, [, , bytes]) => all + bytes, 0),
    rate: share > 0.02 && share < 1 ? 41_200_000 : 0,
    left: share > 0.05 && share < 1 ? Math.ceil((1 - share) * 49) : null,
    suspicious: 0,
    stopping,
    ended: null,
  };
}
