// What went wrong, in words: what happened, the next step and what is kept, for the Trouble part.

import { isTrouble, type TroubleKind } from '../ipc';
import { t } from './words.svelte';

export interface Told {
  title: string;
  /** The next step. */
  text: string;
  /** What is kept nevertheless, as far as Sidekeep can know. */
  kept: string;
  /** The system's own words, for whoever helps. */
  detail: string | undefined;
}

/** After these nobody can say that everything is still kept: the archive itself is out of reach or not whole. */
const unsure: readonly TroubleKind[] = ['no-archive', 'disk', 'damaged'];

/** Words for whatever a call of the api was refused with, or threw. */
export function tell(thrown: unknown): Told {
  if (isTrouble(thrown)) {
    const words = t.errors.kinds[thrown.kind] ?? t.errors.kinds.bug;
    return {
      title: words.title(thrown.subject),
      text: words.next,
      kept: unsure.includes(thrown.kind) ? t.errors.untouched : t.errors.kept,
      detail: thrown.detail || undefined,
    };
  }
  const { title, next } = t.errors.kinds.bug;
  return { title: title(null), text: next, kept: t.errors.kept, detail: String(thrown) };
}
