// Keys that work everywhere in the app. Pure: says what a key means; the frame does it.

export type Wish = { do: 'find' } | { do: 'export' } | { do: 'out' } | { do: 'screen'; number: number };

/** What a key press asks the frame for, or null. Ctrl on a PC and Cmd on a Mac are the same. */
export function wish(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): Wish | null {
  const { key } = event;
  if (key === 'Escape') return { do: 'out' };
  if (event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return null;
  if (key.toLowerCase() === 'k') return { do: 'find' };
  if (key.toLowerCase() === 'e') return { do: 'export' };
  return /^[1-9]$/.test(key) ? { do: 'screen', number: Number(key) } : null;
}
