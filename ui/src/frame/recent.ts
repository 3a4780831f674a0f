// What was found lately. It lives as long as the window: names of people are written nowhere but in the archive.

import type { Found } from './found';

const most = 5;
let latest: readonly Found[] = [];

/** The latest first, each once. */
export function remember(found: Found): void {
  latest = [found, ...latest.filter(({ id }) => id !== found.id)].slice(0, most);
}

export function remembered(): readonly Found[] {
  return latest;
}
