// What a target cannot hold, grouped by what becomes of it. Pure.

import type { ExportLoss, LeftOut, Skipped } from '../../ipc';

export const outcomes = ['lost', 'elsewhere', 'reduced', 'moved', 'picture'] as const;
export type Outcome = (typeof outcomes)[number];

export interface LossGroup {
  readonly outcome: Outcome;
  readonly losses: readonly ExportLoss[];
}

/** What is lost first; within a group what hits most. */
export function grouped(losses: readonly ExportLoss[]): LossGroup[] {
  return outcomes
    .map((outcome) => ({
      outcome,
      losses: losses.filter((loss) => outcomeOf(loss) === outcome).sort((a, b) => b.items - a.items),
    }))
    .filter((group) => group.losses.length > 0);
}

function outcomeOf(loss: ExportLoss): Outcome {
  if (loss.lost === 'picture') return 'picture';
  if (loss.lost === 'address') return 'elsewhere';
  // What a program does not read from a file is as lost to it as what is not written.
  if (loss.fate === 'dropped' || loss.fate === 'ignored') return 'lost';
  return loss.fate;
}

export interface LeftGroup {
  readonly why: Skipped;
  readonly items: readonly LeftOut[];
}

export function leftByReason(left: readonly LeftOut[]): LeftGroup[] {
  const reasons = [...new Set(left.map(({ why }) => why))];
  return reasons
    .map((why) => ({ why, items: left.filter((item) => item.why === why) }))
    .sort((a, b) => b.items.length - a.items.length);
}

/** The name of a file without its folder, on every system. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

/** Text that keeps its own direction within a line (Unicode's first strong isolate). */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
