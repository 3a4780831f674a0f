// What belongs to which phone, for those who choose by phone. Pure.

import type { PhoneCard } from '../../ipc';
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
