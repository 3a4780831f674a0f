// What happened: runs, one of them held back, a check, and a decision.

import type { ChangeRow, Counts, Kind, Reading, RunRow, VerdictRow } from '../bindings';
import { Chance, hash, hex } from './chance';
import { hold } from './home';
import { account, galaxy, pixel, type Phone } from './phones';
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
      if (all === 0) return none();
      const seen = first ? Math.round(all * 0.7) : chance.below(kind === 'photo' ? 24 : 4);
      return {
        listed: all,
        groups: 0,
        foreign: 0,
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
    check: { sample: false, damaged: 0 },
  });
  rows.push(
    run(world, { ...pixel, id: account.id, name: account.name }, 3.5, {
      outcome: 'complete',
      purpose: 'restore',
      verdicts: [verdict('contact', { ...none(), listed: 214, back: 9, changed: 2 })],
      restore: {
        as_of: world.at(8),
        policy: 'merge',
        asked: 214,
        done: {
          added: 9,
          updated: 2,
          same: 203,
          kept: 0,
          conflicts: 0,
          refused: 0,
          failed: 0,
          confirmed: 11,
        },
      },
    }),
  );
  rows.push(
    run(world, pixel, 20, { outcome: 'failed', verdicts: [verdict('contact', { ...none(), listed: 60 })] }),
  );
  if (world.decided !== null)
    rows.push(run(world, galaxy, 0, { outcome: 'complete', purpose: 'decision', verdicts: [] }));
  return rows.map((row) => ({ ...row, changes: changesOf(row) })).sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** The changes of a run in its order: as many of each kind as its verdicts say. */
export function changes(world: World, id: string, from: number, limit: number): ChangeRow[] {
  const found = runs(world).find((row) => row.id === id);
  const page: ChangeRow[] = [];
  let before = 0;
  for (const { kind, hold, counts } of found?.verdicts ?? []) {
    for (const change of ['seen', 'changed', 'gone', 'back'] as const) {
      const first = Math.max(before, from);
      const end = Math.min(before + counts[change], from + limit);
      for (let at = first; at < end; at += 1) {
        const items = world.items(kind);
        const item = items[(hash(id) + at) % Math.max(1, items.length)];
        page.push({
          item: item?.id ?? hex(`${kind} ${at}`),
          kind,
          collection: item?.collection ?? '',
          title: item?.title ?? '',
          change,
          standing: hold === null || hold === 'accepted' ? 'counted' : 'aside',
          at: found?.at ?? world.at(0),
        });
      }
      before += counts[change];
    }
  }
  return page;
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
    changes: 0,
    check: null,
    restore: null,
    ...more,
  };
}

function changesOf({ verdicts }: RunRow): number {
  return verdicts.reduce(
    (sum, { counts }) => sum + counts.seen + counts.changed + counts.gone + counts.back,
    0,
  );
}

function verdict(kind: Kind, counts: Counts): VerdictRow {
  return { kind, collection: null, reading: complete, suspicions: [], hold: null, counts };
}

function none(): Counts {
  return { listed: 0, groups: 0, foreign: 0, seen: 0, changed: 0, gone: 0, back: 0, unread: 0, bytes: 0 };
}
