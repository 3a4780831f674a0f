// Days as the gallery counts them: whole days since 1970-01-01 by the clock where a picture was taken. Pure.

/** The instant that shows this day's digits here, whatever the zone: for `format`. */
export function dayAt(day: number): Date {
  const utc = new Date(day * 86_400_000);
  const here = new Date(2000, 0, 1);
  here.setFullYear(utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate());
  return here;
}

/** Months since year 0: `year * 12 + month`, January being 0. */
export function monthOf(day: number): number {
  const utc = new Date(day * 86_400_000);
  return utc.getUTCFullYear() * 12 + utc.getUTCMonth();
}

/** The first day of a month of `monthOf`, as the instant that shows it here. */
export function monthAt(month: number): Date {
  const here = new Date(2000, 0, 1);
  here.setFullYear(Math.floor(month / 12), month % 12, 1);
  return here;
}
