// What a phone and each of its kinds come to: one sentence and a tone. Never "good" while anything is missing, red only for
// what is damaged here. Pure; the words are those of the language in use.

import type {
  Kind,
  KindRow,
  PhoneCard,
  PhoneLink,
  PhonePart,
  Reading,
  Running,
  Safety,
  Why,
} from '../../ipc';
import { format, t } from '../../words';
import { whatIs } from './device';

export type Tone = 'good' | 'warn' | 'loss' | 'quiet';

export interface Standing {
  tone: Tone;
  /** What is so. */
  title: string;
  /** What that means, or what to do. */
  text: string;
}

/** Days without a complete reading after which a phone is overdue; the engine decides, this only counts how long. */
const patience = 7;
const day = 86_400_000;

/** The one sentence of a phone; where others belong to it, it says which of them is not well. */
export function ofPhone(card: PhoneCard, now: number): Standing {
  const standing = ofAll(card, now);
  if (card.parts.length < 2 || standing.tone === 'good') return standing;
  const whose = unwell(card)?.name ?? '';
  return { ...standing, text: [whose, standing.text].filter(Boolean).join(': ') };
}

/** The part that the verdict is about. */
function unwell({ parts, safety }: PhoneCard): PhonePart | undefined {
  return parts.find((part) => JSON.stringify(part.safety) === JSON.stringify(safety));
}

function ofAll(card: PhoneCard, now: number): Standing {
  const { safety } = card;
  const last = card.last_complete
    ? t.home.lastComplete(format.ago(card.last_complete, now))
    : t.home.neverComplete;
  switch (safety.safety) {
    case 'complete':
      return {
        tone: 'good',
        title: card.last_complete
          ? t.home.complete(format.ago(card.last_complete, now))
          : t.reading.outcomes.complete,
        text: beyond(card),
      };
    case 'never':
      return { tone: 'warn', title: t.home.never, text: t.home.neverText };
    case 'overdue':
      return { tone: 'warn', title: overdue(card, now), text: last };
    case 'held':
      return { tone: 'warn', title: t.home.held(t.reading.nouns[safety.kind]), text: t.home.heldText };
    case 'damaged':
      return {
        tone: 'loss',
        title: t.home.damaged(t.reading.counted[safety.kind](safety.items)),
        text: t.home.damagedText,
      };
    case 'short':
      return {
        tone: 'warn',
        title: t.home.short(t.reading.counted[safety.kind](safety.items)),
        text: last,
      };
    case 'incomplete': {
      const kind = t.reading.nouns[safety.kind];
      const title = safety.reading.reading === 'unavailable' ? t.home.unread(kind) : t.home.partly(kind);
      const kept = unwell(card)?.kinds.find((row) => row.kind === safety.kind)?.kept ?? 0;
      return { tone: 'warn', title, text: [whyNow(safety.reading, kept), last].filter(Boolean).join('. ') };
    }
  }
}

/**
 * What stands at the end of a kind's row: all that is to be said of it, in the tone of the worst. `safety` is the phone's:
 * a kind that the one sentence names is never quiet in the table.
 */
export function ofRow(row: KindRow, safety: Safety): { tone: Tone; text: string } {
  const { reading } = row;
  if (row.beyond_link && row.kept === 0) return { tone: 'quiet', text: t.reading.reasons.unsupported(0) };
  const told: [Tone, string][] = [];
  if (row.damaged > 0) told.push(['loss', t.home.damagedRow(row.damaged)]);
  if (row.held > 0) told.push(['warn', t.home.heldRow]);
  if (row.beyond_link) told.push(['quiet', t.reading.reasons.unsupported(0)]);
  else if (!row.tried) told.push(['quiet', t.home.notTried]);
  else if (!reading) told.push(['warn', t.home.notRead]);
  else if (reading.reading !== 'complete') {
    const none = isMissing(reading) && row.kept === 0 && named(safety) !== row.kind;
    told.push([none ? 'quiet' : 'warn', whyNow(reading, row.kept)]);
  } else if ((row.on_phone ?? 0) > row.kept)
    told.push(['warn', t.home.notKept((row.on_phone ?? 0) - row.kept)]);
  if (row.without_picture > 0) told.push(['quiet', t.home.withoutPicture(row.without_picture)]);
  if (row.gone > 0) told.push(['good', t.home.left(row.gone)]);
  const tone = (['loss', 'warn', 'quiet'] as const).find((worst) => told.some(([tone]) => tone === worst));
  return { tone: tone ?? 'good', text: told.map(([, text]) => text).join(' · ') };
}

/** A row of the table of proof: a kind as one source has it, or, over several sources that have it, their worst. */
export interface Proof {
  kind: Kind;
  /** Whose it is; null where it stands over the rows of several sources, each with its own numbers. */
  part: PhonePart | null;
  row: KindRow | null;
  /** Under a row over several. */
  under: boolean;
  tone: Tone;
  text: string;
}

/** Kinds that an account, which is no phone, can never have: one line tells them all, and the table has no row of them. */
export function neverThere(card: Pick<PhoneCard, 'parts' | 'links'>): Kind[] {
  if (whatIs(card) !== 'account') return [];
  const kinds = card.parts[0]?.kinds.map(({ kind }) => kind) ?? [];
  const rows = (kind: Kind) => card.parts.flatMap((part) => part.kinds.filter((row) => row.kind === kind));
  return kinds.filter((kind) => rows(kind).every((row) => row.beyond_link && row.kept + row.gone === 0));
}

/** The rows of the table. Two sources that have the same kind are two proofs: their numbers are not added up. */
export function proofs(card: Pick<PhoneCard, 'parts' | 'links'>): Proof[] {
  const { parts } = card;
  const [first] = parts;
  const never = neverThere(card);
  const kinds = (first?.kinds ?? []).filter(({ kind }) => !never.includes(kind));
  return kinds.flatMap(({ kind }) => {
    const all = parts.flatMap((part) => {
      const row = part.kinds.find((row) => row.kind === kind);
      return row ? [{ kind, part, row, under: false, ...ofRow(row, part.safety) }] : [];
    });
    // One that was read whole and has none of it says nothing beside those that have some.
    const hasNone = ({ reading, on_phone }: KindRow) => reading?.reading === 'complete' && on_phone === 0;
    const own = all.filter(
      ({ row }) => row.kept + row.gone > 0 || (row.tried && !row.beyond_link && !hasNone(row)),
    );
    if (own.length < 2) {
      const none = all.filter(({ row }) => row.tried && !row.beyond_link);
      const shown = own.length > 0 ? own : [...none, ...all].slice(0, 1);
      // Where several could have it, it is said who does.
      const named = ({ part, text }: Proof) =>
        own.length > 0 && part !== first ? [text, part?.name].filter(Boolean).join(' · ') : text;
      return shown.map((one) => ({ ...one, text: named(one) }));
    }
    const worst =
      (['loss', 'warn', 'quiet'] as const).find((tone) => own.some((one) => one.tone === tone)) ?? 'good';
    const over: Proof = { kind, part: null, row: null, under: false, tone: worst, text: '' };
    return [over, ...own.map((one) => ({ ...one, under: true }))];
  });
}

/** Why something was not read, in words; empty when all was. */
export function why(reading: Reading): string {
  const because = ({ reason, count }: Why) => t.reading.reasons[reason](count ?? 0);
  switch (reading.reading) {
    case 'complete':
      return '';
    case 'unavailable':
      return because(reading.why);
    case 'partial':
      return reading.why.map(because).join('; ');
  }
}

/** `why`, of a kind of which so many are kept: what a phone once had it cannot never have had. */
function whyNow(reading: Reading, kept: number): string {
  return isMissing(reading) && kept > 0 ? t.home.noLonger : why(reading);
}

function isMissing(reading: Reading): boolean {
  return reading.reading === 'unavailable' && reading.why.reason === 'missing';
}

/** The kind that the one sentence of a phone is about. */
function named(safety: Safety): Kind | null {
  return 'kind' in safety ? safety.kind : null;
}

/** The way to mirror by: the first that answers, else the first that may. */
export function best(links: readonly PhoneLink[]): PhoneLink | null {
  return (
    links.find((link) => link.ready) ??
    links.find((link) => link.ready === null) ??
    // A phone that is mirrored asks its owner to trust this computer.
    links.find((link) => link.needs === 'not-trusted') ??
    null
  );
}

/** The source of a card that a run was of. */
export function partOf(
  { parts, links }: Pick<PhoneCard, 'parts' | 'links'>,
  run: Pick<Running, 'phone' | 'source'>,
): PhonePart | undefined {
  const phone = run.phone ?? links.find(({ source }) => source === run.source)?.phone;
  return parts.find(({ id }) => id === phone);
}

/** The ways to mirror a phone and all that belongs to it by, one to each. */
export function ways({ parts, links }: Pick<PhoneCard, 'parts' | 'links'>): PhoneLink[] {
  return parts.flatMap(({ id }) => best(links.filter(({ phone }) => phone === id)) ?? []);
}

/** What a link needs from the person, in a few words; null when it answers, or nobody was asked and the last try was well. */
export function needs(link: PhoneLink): string | null {
  if (link.ready || (link.ready === null && !link.needs)) return null;
  switch (link.needs) {
    case 'locked':
      return t.home.needs.locked;
    case 'not-trusted':
      return t.home.needs['not-trusted'];
    case 'not-paired':
      return t.home.needs['not-paired'];
    case 'phone-busy':
      return t.home.needs.busy;
    case 'login':
    case 'certificate':
      return t.home.needs.login;
    case 'secrets':
      return t.home.needs.secrets;
    case 'refused':
      return link.link === 'account' ? t.home.needs.login : t.home.needs.refused;
    default:
      return t.home.needs.away;
  }
}

function overdue(card: PhoneCard, now: number): string {
  if (!card.last_complete) return t.home.never;
  const days = Math.floor((now - Date.parse(card.last_complete)) / day) - patience;
  return t.home.overdue(Math.max(1, days));
}

/** Kinds that no way to the phone can carry: complete never means more than it says. Those of an account stand elsewhere. */
function beyond(card: PhoneCard): string {
  if (whatIs(card) === 'account') return '';
  const never = (kind: Kind) =>
    card.parts.every(({ kinds }) => kinds.find((row) => row.kind === kind)?.beyond_link);
  const kinds = (card.parts[0]?.kinds ?? []).filter(({ kind }) => never(kind));
  const links = [...new Set(card.links.map(({ link }) => t.home.links[link]))];
  const nouns = kinds.map(({ kind }) => t.reading.nouns[kind]);
  return nouns.length > 0 && links.length > 0 ? t.home.beyond(format.list(nouns), format.list(links)) : '';
}
