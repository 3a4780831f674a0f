// What belongs to which phone, for those who choose by phone. Pure.

import type { Kind, PhoneCard } from '../../ipc';
import { pictureOf } from './device';

/** A phone to choose by: with it goes what belongs to it. */
export interface Whole {
  readonly id: string;
  readonly name: string;
  /** Itself and what belongs to it. */
  readonly parts: readonly string[];
}

export function wholes(cards: readonly PhoneCard[]): Whole[] {
  return cards.map(({ id, name, parts }) => ({ id, name, parts: parts.map((part) => part.id) }));
}

/** The phone whose part this one is. */
export function wholeOf(wholes: readonly Whole[], phone: string | null): Whole | undefined {
  return wholes.find(({ parts }) => parts.some((part) => part === phone));
}

/** One of several sources of a phone. */
export interface Sharing {
  readonly name: string;
  readonly isAccount: boolean;
}

export type Sharings = Readonly<Partial<Record<string, Sharing>>>;

/** By their ids, the sources of a kind that are not the only one on their card: of an item it is worth saying which has it. */
export function sharing(cards: readonly PhoneCard[], kind: Kind): Sharings {
  const all = cards.flatMap(({ parts, links }) => {
    const having = parts.filter(({ kinds }) => kinds.some((row) => row.kind === kind && row.kept > 0));
    const isAccount = (id: string) => links.some(({ phone, link }) => phone === id && link === 'account');
    return having.length < 2
      ? []
      : having.map(({ id, name }) => [id, { name, isAccount: isAccount(id) }] as const);
  });
  return Object.fromEntries(all);
}

/** What a phone could belong to: every other that it is not one with. */
export function hosts(cards: readonly PhoneCard[], phone: string): { value: string; label: string }[] {
  const others = cards.filter(({ parts }) => parts.every(({ id }) => id !== phone));
  return others.map(({ id, name }) => ({ value: id, label: name }));
}

/** Whose an account most likely is: what it belongs to already, else the only phone that there is, else nobody's. */
export function likely(cards: readonly PhoneCard[], account: string): string {
  const whole = wholeOf(wholes(cards), account);
  if (whole) return whole.id === account ? '' : whole.id;
  const phones = cards.filter((card) => ['android', 'iphone'].includes(pictureOf(card)));
  const [only, another] = phones;
  return only && !another ? only.id : '';
}
