// The colour of a calendar: the phone's own where it says one, else one of ours. Lightness is ours in any case, so that it can be
// read on every surface (see look.css of this screen). Pure.

import type { CalendarRow } from '../../ipc';

export function colourOf(row: CalendarRow | undefined, index: number): string {
  const own = row?.colour;
  return own && /^#[0-9a-f]{6}$/i.test(own) ? own : `var(--hue-${(index % 8) + 1})`;
}
