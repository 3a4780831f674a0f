// What Home says of the phones, and of the account where there is one.

import type { Home, HoldRow, Kind, KindRow, PhoneCard, PhoneLink, Reading, Safety, Time } from '../bindings';
import { account, galaxy, pixel, type Phone } from './phones';
import type { World } from './world';

const complete: Reading = { reading: 'complete' };
const refused: Reading = {
  reading: 'unavailable',
  why: { reason: 'refused', detail: 'Permission Denial: opening provider' },
};
const beyond: Reading = { reading: 'unavailable', why: { reason: 'unsupported' } };
const some: Reading = {
  reading: 'partial',
  why: [{ reason: 'items-unreadable', count: 12 }, { reason: 'unplugged' }],
};

/** `account`: with the way to the account. */
export function links(withAccount = false): PhoneLink[] {
  const way = (
    phone: Phone,
    more: Pick<PhoneLink, 'source' | 'name' | 'link' | 'ready' | 'needs'>,
  ): PhoneLink => ({ phone: phone.id, phone_name: phone.name, left_out: [], ...more });
  return [
    way(pixel, { source: pixel.source, name: 'pixel', link: 'usb', ready: true, needs: null }),
    way(pixel, {
      source: 'adb://192.168.1.44:41317',
      name: 'pixel over wi-fi',
      link: 'network',
      ready: false,
      needs: 'unplugged',
    }),
    way(galaxy, { source: galaxy.source, name: 'old', link: 'network', ready: false, needs: 'locked' }),
    ...(withAccount
      ? [
          way(account, {
            source: account.source,
            name: 'My account',
            link: 'account',
            ready: true,
            needs: null,
          }),
        ]
      : []),
  ];
}

export function home(world: World, partial: boolean): Home {
  return {
    phones: grouped(world, [
      first(world, partial),
      second(world),
      ...(world.copies.length > 0 ? [third(world)] : []),
    ]),
    holds: world.decided !== null ? [] : [hold(world)],
    verified_at: world.at(3),
    damaged: partial ? 3 : 0,
    damaged_files: partial ? ['01', '02', '03'].map((n) => `Photos/2026/2026-08-${n}/IMG_20${n}.jpg`) : [],
    bytes: world.shots.length * 3_400_000 + 180_000_000,
  };
}

/** What belongs to a phone stands on its card. */
function grouped(world: World, cards: PhoneCard[]): PhoneCard[] {
  const heads = cards.filter(({ id }) => world.head(id) === id);
  return heads.map((head) => {
    const own = cards.filter(({ id }) => id !== head.id && world.head(id) === head.id);
    const parts = [head, ...own].flatMap(({ parts }) => parts);
    const worst = parts.find(({ safety }) => safety.safety !== 'complete') ?? parts[0]!;
    const completes = parts.map(({ last_complete }) => last_complete);
    return {
      ...head,
      links: [head, ...own].flatMap((card) => card.links),
      parts,
      safety: worst.safety,
      last_complete: completes.includes(null) ? null : (completes.sort()[0] ?? null),
      overdue: [head, ...own].some(({ overdue }) => overdue),
    };
  });
}

/** A phone by itself. */
function alone(
  world: World,
  { id, name, model, system }: Phone,
  kinds: KindRow[],
  safety: Safety,
  [last_run, last_complete]: [Time, Time],
  overdue: boolean,
): PhoneCard {
  return {
    id,
    name,
    model,
    system,
    links: links(world.copies.length > 0).filter(({ phone }) => phone === id),
    parts: [{ id, name, kinds, safety, last_run, last_complete }],
    safety,
    last_run,
    last_complete,
    overdue,
  };
}

export function hold(world: World): HoldRow {
  return {
    run: world.suspicious,
    at: world.at(6),
    phone: galaxy.id,
    phone_name: galaxy.name,
    kind: 'contact',
    collection: 'mira@example.org',
    suspicions: [{ suspicion: 'field-lost', field: 'phones', lost: 218, before: 240 }],
    counts: {
      listed: 240,
      groups: 0,
      foreign: 0,
      seen: 0,
      changed: 218,
      gone: 0,
      back: 0,
      unread: 0,
      bytes: 61_000,
    },
  };
}

function first(world: World, partial: boolean): PhoneCard {
  const row = (kind: Kind, bytes: number, more: Partial<KindRow> = {}): KindRow => {
    const { all, present: kept } = world.count(kind);
    return {
      kind,
      on_phone: kept,
      kept,
      gone: all - kept,
      bytes: all * bytes,
      verified: kept,
      verified_at: world.at(3),
      damaged: 0,
      held: 0,
      tried: true,
      reading: complete,
      without_picture: 0,
      beyond_link: false,
      ...more,
    };
  };
  const kinds: KindRow[] = [
    row('contact', 900),
    row('group', 0, { on_phone: 5, kept: 5, gone: 0, bytes: 700, verified: 5 }),
    row('event', 1100),
    row('task', 500),
    row('message', 0, { on_phone: null, reading: beyond, beyond_link: true, verified_at: null }),
    row('call', 0, { on_phone: null, reading: beyond, beyond_link: true, verified_at: null }),
    row('photo', 3_400_000),
    row('film', 41_000_000),
  ];
  if (partial) {
    for (const kind of kinds) {
      if (kind.kind === 'event') Object.assign(kind, { reading: refused, on_phone: null });
      if (kind.kind === 'photo')
        Object.assign(kind, { reading: some, on_phone: kind.kept + 12, damaged: 3, verified: kind.kept - 3 });
    }
  }
  const safety: Safety = partial
    ? { safety: 'incomplete', kind: 'event', reading: refused }
    : { safety: 'complete' };
  return alone(world, pixel, kinds, safety, [world.ago(12), partial ? world.at(2) : world.ago(12)], false);
}

function second(world: World): PhoneCard {
  const row = (kind: Kind, kept: number, more: Partial<KindRow> = {}): KindRow => ({
    kind,
    on_phone: kept,
    kept,
    gone: 0,
    bytes: kept * (kind === 'photo' ? 2_900_000 : kind === 'film' ? 38_000_000 : 800),
    verified: kept,
    verified_at: world.at(3),
    damaged: 0,
    held: 0,
    tried: true,
    reading: complete,
    without_picture: 0,
    beyond_link: false,
    ...more,
  });
  const kinds = [
    row('contact', 240, { held: world.decided === null ? 1 : 0 }),
    row('group', 2),
    row('event', 1204, { on_phone: null, reading: refused }),
    row('task', 2),
    row('message', 0, { on_phone: null, reading: refused }),
    row('call', 0, { on_phone: null, reading: refused }),
    row('photo', 1875, { on_phone: 1887, reading: some }),
    row('film', 64),
  ];
  const safety: Safety =
    world.decided !== null
      ? { safety: 'incomplete', kind: 'event', reading: refused }
      : { safety: 'held', kind: 'contact' };
  return alone(world, galaxy, kinds, safety, [world.at(6), world.at(9)], true);
}

/** The account has no photos and no messages, and never will. */
function third(world: World): PhoneCard {
  const row = (kind: Kind, kept: number): KindRow => ({
    kind,
    on_phone: kept,
    kept,
    gone: 0,
    bytes: kept * 800,
    verified: kept,
    verified_at: world.at(3),
    damaged: 0,
    held: 0,
    tried: true,
    reading: complete,
    without_picture: 0,
    beyond_link: false,
  });
  const never = (kind: Kind): KindRow => ({
    ...row(kind, 0),
    on_phone: null,
    verified_at: null,
    reading: beyond,
    without_picture: 0,
    beyond_link: true,
  });
  const kinds = [
    row('contact', world.copies.length),
    row('group', 3),
    row('event', 96),
    never('task'),
    never('message'),
    never('call'),
    never('photo'),
    never('film'),
  ];
  return alone(world, account, kinds, { safety: 'complete' }, [world.ago(40), world.ago(40)], false);
}
