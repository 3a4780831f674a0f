// What a restore would do or did, in words. Pure but for the words.

import type { Apart, Choice, RestoreDone, RestoreRow, Restored } from '../../ipc';
import { t } from '../../words';
import { labelOf as wordsOf } from '../contacts/fields';

/** The numbers that are not nothing, in a fixed order. */
export function numbers(counts: Restored, preview: boolean): string[] {
  const words = preview ? t.restore.would : t.restore.did;
  return (['added', 'updated', 'same', 'kept', 'conflicts', 'refused', 'failed'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => words[name](counts[name]));
}

/** Whether everything is there as it was asked for; what was not read again as written is never well. */
export function isWell({ outcome, counts }: RestoreDone): boolean {
  return outcome === 'complete' && counts.confirmed === counts.added + counts.updated;
}

/** What became of one item, or would, and whether its owner should know. */
export function fate(row: RestoreRow, preview: boolean): { text: string; tone: 'good' | 'warn' | 'soft' } {
  const words = t.restore.fates;
  switch (row.fate.fate) {
    case 'added':
    case 'updated': {
      if (preview) return { text: words.would[row.fate.fate], tone: 'good' };
      if (row.differing.length > 0) return { text: words.differs, tone: 'warn' };
      if (!row.confirmed) return { text: words.unread, tone: 'warn' };
      return { text: words.did[row.fate.fate], tone: 'good' };
    }
    case 'same':
    case 'kept':
      return { text: words[row.fate.fate], tone: 'soft' };
    case 'conflict':
      return { text: words.conflict, tone: 'warn' };
    case 'refused':
      return { text: t.restore.obstacles[row.fate.why], tone: 'warn' };
    case 'failed':
      return { text: words.failed, tone: 'warn' };
  }
}

/** A field's name as people say it; one that nobody has a word for stays as it is written. */
export function fieldName(name: string): string {
  const names: Readonly<Record<string, string>> = t.restore.properties;
  return names[name] ?? name;
}

/** What a value is labelled with, where the other side's reads the same. */
export function labelOf({ apart }: Choice, side: 'phone' | 'archive'): string | null {
  if (apart === null || isAlike(apart)) return null;
  const { types, own, params } = apart[side];
  const label = wordsOf(types, own);
  const others = Object.entries(params).map(([name, value]) => {
    if (name === 'PREF') return t.restore.labels.preferred;
    return name === 'TZID' ? t.restore.labels.zone(value) : `${name}=${value}`;
  });
  return [label, ...others].filter(Boolean).join(', ') || t.restore.labels.none;
}

/** Two values read the same and are labelled the same: what is different in them is not shown. */
export function isUnseen({ apart }: Choice): boolean {
  return apart !== null && isAlike(apart);
}

const isAlike = ({ phone, archive }: Apart) => JSON.stringify(phone) === JSON.stringify(archive);

export function fieldOf({ property, occurrence }: Choice): string {
  const name = fieldName(property);
  return occurrence === null ? name : t.restore.ofDay(name, occurrence);
}
