// What happened: runs, one of them held back, a check, and a decision.

import type { ChangeRow, Change, Counts, Kind, Reading, RunRow, VerdictRow } from '../bindings';
import { Chance } from './chance';
import { hold } from './home';
import { galaxy, pixel, type Phone } from './phones';
import type { World } from './world';

const complete: Reading = { reading: 'complete' };
const refused: Reading = {
  reading: 'unavailable',
  why: { reason: 'refused', detail: 'Permission Denial: opening provider' },
};

export function runs(world: World): RunRow[] {
  const chance = new Chance('runs');
  const rows: RunRow[] = [0, 1, 2, 4, 5, 7, 9, 12, 19, 26, 33, 47, 61, 88, 120, 301, 540, 712].map((days) => {
    const first = days === 712;
    const counts = (kind: Kind): Counts => {
      const { all } = world.count(kind);
      const seen = first ? Math.round(all * 0.7) : chance.below(kind === 'photo' ? 24 : 4);
      return {
        listed: all,
        seen,
        changed: first ? 0 : chance.below(4),
        gone: !first && chance.yes(0.25) ? chance.between(1, 3) : 0,
        back: 0,
        unread: 0,
        bytes: seen * (kind === 'photo' ? 3_400_000 : kind === 'film' ? 41_000_000 : 900),
      };
    };
    const kinds: Kind[] = ['contact', 'group', 'event', 'task', 'photo', 'film'];
    return run(world, pixel, days, {
      outcome: days === 33 ? 'interrupted' : 'complete',
      verdicts: (days === 33 ? kinds.slice(0, 3) : kinds).map((kind) => verdict(kind, counts(kind))),
    });
  });
  const held = hold(world);
  rows.push({
    ...run(world, galaxy, 6, { outcome: 'partial', verdicts: [] }),
    id: world.suspicious,
    verdicts: [
      {
        ...verdict('contact', held.counts),
        collection: held.collection,
        suspicions: held.suspicions,
        hold: world.decided === null ? 'open' : world.decided ? 'accepted' : 'refused',
      },
      { ...verdict('event', none()), reading: refused },
      verdict('photo', { ...none(), listed: 1887, seen: 41, unread: 12, bytes: 118_000_000 }),
    ],
  });
  rows.push(
    run(world, galaxy, 340, {
      outcome: 'complete',
      purpose: 'rescue',
      verdicts: [
        verdict('contact', { ...none(), listed: 236, seen: 236, bytes: 190_000 }),
        verdict('photo', { ...none(), listed: 1800, seen: 1800, bytes: 5_300_000_000 }),
      ],
    }),
  );
  rows.push({
    ...run(world, pixel, 3, { outcome: 'complete', purpose: 'check', verdicts: [] }),
    phone: null,
    phone_name: null,
  });
  rows.push(
    run(world, pixel, 20, { outcome: 'failed', verdicts: [verdict('contact', { ...none(), listed: 60 })] }),
  );
  if (world.decided !== null)
    rows.push(run(world, galaxy, 0, { outcome: 'complete', purpose: 'decision', verdicts: [] }));
  return rows.sort((a, b) => (a.at < b.at ? 1 : -1));
}

export function changes(world: World, id: string, from: number, limit: number): ChangeRow[] {
  const chance = new Chance(id);
  const held = id === world.suspicious;
  const row = (kind: Kind, change: Change, at: number): ChangeRow | null => {
    const all = world.items(kind);
    const item = all[(chance.below(all.length) + at) % Math.max(1, all.length)];
    if (!item) return null;
    return {
      item: item.id,
      kind,
      collection: item.collection,
      title: item.title,
      change,
      standing: held && kind === 'contact' ? 'aside' : 'counted',
      at: item.firstSeen,
    };
  };
  const all = [
    ...Array.from({ length: held ? 218 : 4 }, (_, at) => row('contact', 'changed', at)),
    ...Array.from({ length: 2 }, (_, at) => row('contact', 'seen', at)),
    ...Array.from({ length: 3 }, (_, at) => row('event', at === 1 ? 'gone' : 'seen', at)),
    ...Array.from({ length: 17 }, (_, at) =>
      row('photo', at === 3 ? 'gone' : at === 5 ? 'marked' : 'seen', at),
    ),
    row('film', 'seen', 1),
    row('task', 'back', 2),
  ].filter((change) => change !== null);
  return all.slice(from, from + limit);
}

function run(
  world: World,
  phone: Phone,
  days: number,
  more: Pick<RunRow, 'outcome' | 'verdicts'> & Partial<RunRow>,
): RunRow {
  const at = days === 0 ? world.ago(14) : world.at(days);
  return {
    id: world.runId(at),
    purpose: 'mirror',
    phone: phone.id,
    phone_name: phone.name,
    at,
    ended: new Date(Date.parse(at) + 112_000).toISOString(),
    changes: more.verdicts.reduce(
      (sum, { counts }) => sum + counts.seen + counts.changed + counts.gone + counts.back,
      0,
    ),
    ...more,
  };
}

function verdict(kind: Kind, counts: Counts): VerdictRow {
  return { kind, collection: null, reading: complete, suspicions: [], hold: null, counts };
}

function none(): Counts {
  return { listed: 0, seen: 0, changed: 0, gone: 0, back: 0, unread: 0, bytes: 0 };
}
