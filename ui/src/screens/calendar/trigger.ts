// When an alarm goes off (RFC 5545 §3.8.6.3): `-PT15M`, `P1D`, or a moment. Pure.

export type Trigger =
  { readonly kind: 'span'; readonly minutes: number } | { readonly kind: 'at'; readonly moment: string };

/** Minutes before (negative) or after; null for what is neither span nor moment. */
export function readTrigger(text: string): Trigger | null {
  if (/^\d{4}-?\d{2}-?\d{2}T/.test(text)) return { kind: 'at', moment: text };
  const found = /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!found || found.slice(2).every((part) => part === undefined)) return null;
  const [weeks, days, hours, minutes, seconds] = found.slice(2).map((part) => Number(part ?? 0));
  const all = weeks! * 10_080 + days! * 1440 + hours! * 60 + minutes! + Math.round(seconds! / 60);
  return { kind: 'span', minutes: found[1] === '-' ? -all || 0 : all };
}

/** The largest unit in which it is a whole number: 90 minutes, 2 hours, 1 day. */
export function unitOf(minutes: number): [number, 'minute' | 'hour' | 'day' | 'week'] {
  const size = Math.abs(minutes);
  if (size > 0 && size % 10_080 === 0) return [size / 10_080, 'week'];
  if (size > 0 && size % 1440 === 0) return [size / 1440, 'day'];
  if (size > 0 && size % 60 === 0) return [size / 60, 'hour'];
  return [size, 'minute'];
}
