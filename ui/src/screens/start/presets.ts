// Where the accounts of known providers are, and what a login there is made of. Pure.

export interface Preset {
  id: 'icloud' | 'google' | 'fastmail' | 'nextcloud' | 'mailbox' | 'other';
  /** Where to look, host and path: address books and calendars may be on servers of their own. Null: it is asked for. */
  servers: readonly string[] | null;
  /** What stands behind the server that is asked for, where nothing else is written there. */
  path: string;
  /** The user's name is an e-mail address. */
  email: boolean;
  /** Its owner can connect it with a password alone. */
  possible: boolean;
}

export const presets: readonly Preset[] = [
  {
    id: 'icloud',
    servers: ['contacts.icloud.com', 'caldav.icloud.com'],
    path: '/',
    email: true,
    possible: true,
  },
  { id: 'google', servers: null, path: '/', email: true, possible: false },
  {
    id: 'fastmail',
    servers: ['carddav.fastmail.com', 'caldav.fastmail.com'],
    path: '/',
    email: true,
    possible: true,
  },
  { id: 'nextcloud', servers: null, path: '/remote.php/dav/', email: false, possible: true },
  { id: 'mailbox', servers: ['dav.mailbox.org'], path: '/', email: true, possible: true },
  { id: 'other', servers: null, path: '/', email: false, possible: true },
];

/** Whom to believe when the server is reached. */
export interface Trust {
  /** The SHA-256 of the one certificate that is believed. */
  certificate: string | null;
  /** The password may be read on the way. */
  insecure: boolean;
}

/** The sources of an account; empty where what was typed is no address. */
export function sourcesOf(preset: Preset, user: string, server: string, trust: Trust): string[] {
  const typed = server.trim() || (preset.id === 'other' ? (user.trim().split('@')[1] ?? '') : '');
  const places = preset.servers ?? (typed === '' ? [] : [typed]);
  return places.flatMap((place) => sourceAt(place, preset, user.trim(), trust) ?? []);
}

/** Pages of Nextcloud, as they stand in a browser. */
const page = /\/(index\.php|apps|login|settings)(\/.*)?$/;

function sourceAt(place: string, { id, path }: Preset, user: string, trust: Trust): string | null {
  const address = /^https?:\/\//i.test(place) ? place : `https://${place}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  // Logins written into an address would be kept in it.
  if (url.hostname === '' || url.username !== '' || url.password !== '') return null;
  const typed = id === 'nextcloud' ? url.pathname.replace(page, path) : url.pathname;
  const own = typed === '/' ? path : typed;
  const login = user === '' ? '' : `${encodeURIComponent(user)}@`;
  const secure = url.protocol === 'https:';
  const hash =
    secure && trust.certificate
      ? `#sha256=${trust.certificate}`
      : !secure && trust.insecure
        ? '#insecure'
        : '';
  return `dav+${url.protocol}//${login}${url.host}${own}${hash}`;
}

/** A fingerprint as other programs print it, to be compared: pairs with colons. */
export function printed(certificate: string): string {
  return (certificate.match(/../g) ?? []).join(':').toUpperCase();
}
