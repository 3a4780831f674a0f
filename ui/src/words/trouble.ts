// What went wrong, in words: what happened and the next step, for the Trouble part.

import { isTrouble } from '../ipc';
import { t } from './words.svelte';

export interface Told {
  title: string;
  /** The next step. */
  text: string;
  /** The system's own words, for whoever helps. */
  detail: string | undefined;
}

/** Words for whatever a call of the api was refused with, or threw. */
export function tell(thrown: unknown): Told {
  if (isTrouble(thrown)) {
    const words = t.errors.kinds[thrown.kind] ?? t.errors.kinds.bug;
    return { title: words.title(thrown.subject), text: words.next, detail: thrown.detail || undefined };
  }
  const { title, next } = t.errors.kinds.bug;
  return { title: title(null), text: next, detail: String(thrown) };
}
