// What the palette (Ctrl-K) can find. A screen adds a source in screens/found.ts.

import type { Api } from '../ipc';
import type { Icon } from '../look/icons';
import type { Route } from './route.svelte';

export interface Found {
  /** Unique within its source. */
  id: string;
  title: string;
  detail?: string;
  icon: Icon;
  /** Goes there. */
  go: () => void;
}

export interface Source {
  id: string;
  heading: () => string;
  /** What was taken from it is offered again while this window stands. */
  remembered?: boolean;
  /** At most a handful, best first. An empty text is asked too: answer with what is always useful, or nothing. */
  find: (text: string, where: { api: Api; route: Route }) => readonly Found[] | Promise<readonly Found[]>;
}

/** Every word of `text` begins a word of `title`; case and accents do not count. */
export function matches(title: string, text: string): boolean {
  const words = plain(title).split(/[\s\-_.,/()]+/);
  return plain(text)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
