// What is selected on the screen that is open: the export that Ctrl-E or a button opens begins with it.

import type { ExportWhat, ItemId } from '../ipc';
import { read } from './place';

export interface Selected {
  readonly what: ExportWhat;
  /** Asked when the export opens: a selection may hold a hundred thousand. */
  readonly ids: () => readonly ItemId[];
}

let selected: Selected | null = null;

/**
 * A screen tells what is selected on it, or null for nothing, also when it is left. Once the export is open nothing is
 * taken: the screen that is being left for it would otherwise take away what it has just offered.
 */
export function offer(now: Selected | null): void {
  if (read(window.location.hash).screen !== 'export') selected = now;
}

/** What was selected on the screen from which the export was opened. */
export function offered(): Selected | null {
  return selected;
}
