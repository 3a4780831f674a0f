// What the desktop is told while nobody looks at the window: that a run has ended, and whether it needs its owner.

import type { Running } from '../ipc';
import { t, tell } from '../words';

export interface Notice {
  title: string;
  body: string;
}

/** The notice for work as it stands, or null when there is nothing to tell: it goes on, or its owner stopped it. */
export function notice(running: Running): Notice | null {
  const { ended, job, phone_name, suspicious, items_done } = running;
  if (!ended || ended.outcome === 'cancelled') return null;
  const words = t.common.notices;
  const of = phone_name ?? t.common.app;
  if (suspicious > 0) return { title: words.suspicious(of), body: words.suspiciousText };
  if (ended.outcome === 'complete')
    return { title: words.complete[job](of), body: t.common.items(items_done) };
  const told = ended.trouble && tell(ended.trouble);
  return {
    title: words.incomplete[job](of),
    body: told ? `${told.title} ${told.text}` : words.incompleteText,
  };
}
