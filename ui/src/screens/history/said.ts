// A run in words. Pure but for the words.

import type { Reading, RunRow } from '../../ipc';
import { t } from '../../words';
import { questions, totals } from './story';

export function title(run: RunRow): string {
  if (run.purpose === 'check' || run.purpose === 'decision') return t.history.purpose[run.purpose];
  const phone = run.phone_name ?? t.history.unknownPhone;
  return run.purpose === 'mirror' ? phone : `${phone} · ${t.history.purpose[run.purpose]}`;
}

/** `2 new, 1 changed`: what is nothing is not said. */
export function summary(run: RunRow): string {
  if (run.purpose === 'decision') return t.history.decided;
  const { added, changed, gone, back, unread } = totals(run);
  const found = [
    added > 0 && t.history.added(added),
    changed > 0 && t.history.changed(changed),
    gone > 0 && t.history.gone(gone),
    back > 0 && t.history.back(back),
    unread > 0 && t.history.unread(unread),
  ].filter((text) => text !== false);
  if (found.length > 0) return found.join(' · ');
  if (run.purpose === 'check') return run.outcome ? result(run) : '';
  return run.outcome === 'complete' ? t.history.nothingNew : '';
}

/** How it ended, in a sentence. */
export function ending(run: RunRow): string {
  if (run.purpose === 'decision') return t.history.decisionText;
  if (run.outcome === null) return t.history.underWayText;
  if (run.purpose === 'restore') return t.history.restored[run.outcome];
  if (run.purpose !== 'check') return t.history.mirrored[run.outcome];
  if (run.outcome !== 'complete') return t.history.checked[run.outcome];
  if (!run.check) return t.history.check.unknown;
  if (run.check.damaged > 0) return t.history.check.damaged(run.check.damaged);
  return run.check.sample ? t.history.check.sample : t.history.checked.complete;
}

/** How it ended, in a word or two: a run that left a question or found damage is not called complete. */
export function result(run: RunRow): string {
  if (run.outcome === null) return t.history.underWay;
  if (questions(run).length > 0) return t.history.hold.open;
  if (run.check && run.check.damaged > 0) return t.history.damaged(run.check.damaged);
  return t.reading.outcomes[run.outcome];
}

/** Why something was not read; empty when all was. */
export function reasons(reading: Reading): string[] {
  if (reading.reading === 'complete') return [];
  const why = reading.reading === 'partial' ? reading.why : [reading.why];
  return why.map(({ reason, count }) => t.reading.reasons[reason](count ?? 0));
}
