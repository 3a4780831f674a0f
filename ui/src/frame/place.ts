// A place in the app: a screen, perhaps one thing on it, and what narrows it; as a hash and back: `#/contacts/4f2a?asOf=2024-03-01`.
// Pure.

export const screenNames = [
  'home',
  'photos',
  'contacts',
  'calendar',
  'tasks',
  'messages',
  'history',
  'export',
  'rescue',
  'settings',
  'start',
] as const;
export type ScreenName = (typeof screenNames)[number];

export interface Place {
  readonly screen: ScreenName;
  /** One thing on the screen: an item, a run. */
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** Screens that can show the archive as it was on a day (`asOf`); the day goes along from one to the other. */
export const timeTravellers: readonly ScreenName[] = [
  'photos',
  'contacts',
  'calendar',
  'tasks',
  'messages',
  'export',
];

/** The place that a hash names; home for what is not understood. */
export function read(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [name, ...rest] = path.split('/');
  const screen = screenNames.find((known) => known === name);
  if (!screen) return { screen: 'home', id: null, query: {} };
  return { screen, id: decode(rest.join('/')), query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The hash of a place. */
export function write({ screen, id, query }: Place): string {
  const search = new URLSearchParams(query).toString();
  return `#/${screen}${id === null ? '' : `/${encodeURIComponent(id)}`}${search && `?${search}`}`;
}

/** The place one step out, or null at the outermost: first the thing, then what narrows, then the day. */
export function outer(place: Place): Place | null {
  const { asOf, ...narrowing } = place.query;
  if (place.id !== null) return { ...place, id: null };
  if (Object.keys(narrowing).length > 0) return { ...place, query: asOf ? { asOf } : {} };
  if (asOf) return { ...place, query: {} };
  return null;
}

/** The end of the day that is looked at (`asOf`), as an instant; an instant stays as it is. */
export function endOf(asOf: string | null): string | null {
  return asOf?.length === 10 ? new Date(`${asOf}T23:59:59.999`).toISOString() : asOf;
}

function decode(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
