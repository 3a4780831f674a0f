// What the desktop is told while nobody looks at the window: that a run has ended, and whether it needs its owner.

import type { Home, Running } from '../ipc';
import { format, t, tell } from '../words';

export interface Notice {
  title: string;
  body: string;
}

/** The notice for work as it stands, or null when there is nothing to tell: it goes on, or its owner stopped it. */
export function notice(running: Running): Notice | null {
  const { ended, job, phone_name, suspicious } = running;
  // Whoever looks at what a restore would write looks at the window.
  if (!ended || ended.outcome === 'cancelled' || job === 'preview') return null;
  const words = t.common.notices;
  const of = phone_name ?? t.common.app;
  if (suspicious > 0) return { title: words.suspicious(of), body: words.suspiciousText };
  const told = ended.trouble && tell(ended.trouble);
  if (ended.outcome === 'complete') {
    // A check that was made to its end is complete, whatever it found.
    return told
      ? { title: told.title, body: told.text }
      : { title: words.complete[job](of), body: done(running) };
  }
  return {
    title: words.incomplete[job](of),
    body: told ? `${told.title} ${told.text}` : words.incompleteText,
  };
}

function done({ job, kinds }: Running): string {
  const words = t.common.notices;
  if (job !== 'mirror' && job !== 'rescue') return words.completeText[job];
  const came = kinds.filter(({ items_done, unread }) => items_done > unread);
  if (came.length === 0) return words.nothingNew;
  return format.list(
    came.map(({ kind, items_done, unread }) => t.reading.counted[kind](items_done - unread)),
  );
}

/** Notices for phones that are overdue and were not told of on this day; `told` remembers the day of each. */
export function reminders(
  home: Home,
  told: Pick<Storage, 'getItem' | 'setItem'>,
  now: number,
): readonly Notice[] {
  const today = new Date(now).toDateString();
  return home.phones.flatMap(({ id, name, overdue, last_complete }) => {
    const shelf = `overdue.${id}`;
    if (!overdue || told.getItem(shelf) === today) return [];
    told.setItem(shelf, today);
    const body = last_complete
      ? t.common.notices.overdueSince(format.ago(last_complete, now))
      : t.common.notices.overdueNever;
    return [{ title: t.common.notices.overdue(name), body }];
  });
}
