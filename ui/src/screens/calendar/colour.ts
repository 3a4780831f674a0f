// The colour of a calendar: the phone's own where it says one, else one of ours. The lightness is ours in any case, as of the hues of
// the look, so that it can be read in light and dark. Pure.

import type { CalendarRow } from '../../ipc';

export function colourOf(row: Pick<CalendarRow, 'colour'>, index: number): string {
  const { colour } = row;
  if (!colour || !/^#[0-9a-f]{6}$/i.test(colour)) return `var(--hue-${(index % 8) + 1})`;
  return `light-dark(oklch(from ${colour} 0.53 min(c, 0.12) h), oklch(from ${colour} 0.79 min(c, 0.1) h))`;
}
