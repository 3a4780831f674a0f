// A run in words. Pure but for the words.

import type { Reading, RunRow } from '../../ipc';
import { t } from '../../words';
import { totals } from './story';

export function title(run: RunRow): string {
  if (run.purpose === 'check' || run.purpose === 'decision') return t.history.purpose[run.purpose];
  const phone = run.phone_name ?? t.history.unknownPhone;
  return run.purpose === 'rescue' ? `${phone} · ${t.history.purpose.rescue}` : phone;
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
  if (run.purpose === 'check') return run.outcome ? t.reading.outcomes[run.outcome] : '';
  return run.outcome === 'complete' ? t.history.nothingNew : '';
}

/** How it ended, in a sentence. */
export function ending(run: RunRow): string {
  if (run.purpose === 'decision') return t.history.decisionText;
  if (run.outcome === null) return t.history.underWayText;
  return run.purpose === 'check' ? t.history.checked[run.outcome] : t.history.mirrored[run.outcome];
}

/** Why something was not read; empty when all was. */
export function reasons(reading: Reading): string[] {
  if (reading.reading === 'complete') return [];
  const why = reading.reading === 'partial' ? reading.why : [reading.why];
  return why.map(({ reason, count }) => t.reading.reasons[reason](count ?? 0));
}
