import type { TroubleKind } from '../../ipc';
import type { Preset } from '../../screens/start/presets';

interface Provider {
  name: string;
  note: string;
  /** What to do, one after the other. */
  steps: readonly string[];
  /** Where, as an address to type or copy. */
  page: string | null;
}

const providers: Record<Preset['id'], Provider> = {
  icloud: {
    name: 'iCloud',
    note: 'Contacts and calendars, with an app-specific password.',
    steps: [
      'Open your Apple account in a browser and sign in.',
      'Under Sign-In and Security › App-Specific Passwords, make one and call it “Sidekeep”. Your Apple account needs two-factor authentication for that.',
      'Enter your Apple account’s e-mail address and that password here. Your own password is not needed, and does not work.',
    ],
    page: 'https://account.apple.com',
  },
  google: {
    name: 'Google',
    note: 'Not with a password. See what works.',
    steps: [
      'Google lets programs read contacts and calendars only if they are registered with Google and sign in through its own page. Sidekeep is not registered, so it cannot connect to a Google account.',
      'If your Android phone shows them, mirror the phone: what Google keeps there comes along, calendars and contacts included.',
      'Or let Google Takeout make files (contacts as vCard, calendars as iCalendar), put them into one folder, and bring that in.',
    ],
    page: 'https://takeout.google.com',
  },
  fastmail: {
    name: 'Fastmail',
    note: 'Contacts and calendars, with an app password.',
    steps: [
      'In Fastmail, open Settings › Privacy & Security › Manage app passwords and access.',
      'Make a new app password with access to contacts and calendars (CardDAV and CalDAV), and call it “Sidekeep”.',
      'Enter your Fastmail address and that password here.',
    ],
    page: 'https://app.fastmail.com/settings/security',
  },
  nextcloud: {
    name: 'Nextcloud',
    note: 'Your own server, or a provider’s.',
    steps: [
      'In Nextcloud, open Settings › Security › Devices & sessions, at the bottom of the page.',
      'Type “Sidekeep” and choose “Create new app password”.',
      'Enter the server as it stands in the browser, the user name that Nextcloud shows there, and that password.',
    ],
    page: null,
  },
  mailbox: {
    name: 'mailbox.org',
    note: 'Contacts, calendars and to-dos.',
    steps: [
      'Enter your mailbox.org address and its password.',
      'With two-factor sign-in, make a password of its own for Sidekeep first: Settings › Security › Application passwords.',
    ],
    page: 'https://login.mailbox.org',
  },
  other: {
    name: 'Another server',
    note: 'Radicale, Baïkal, Synology, SOGo and all that speak CardDAV or CalDAV.',
    steps: [
      'Enter the server’s address, as other programs use it for CardDAV or CalDAV. The name alone is often enough.',
      'If the server offers app passwords, make one for Sidekeep.',
    ],
    page: null,
  },
};

const troubles: Partial<Record<TroubleKind, { title: string; text: string }>> = {
  login: {
    title: 'The server does not accept this name and password.',
    text: 'Check both. Where app passwords exist, your own password does not work.',
  },
  refused: {
    title: 'The server refuses.',
    text: 'The account may not be allowed to use CardDAV and CalDAV. Ask whoever runs the server.',
  },
  unplugged: {
    title: 'The server cannot be reached.',
    text: 'Check its address, and that this computer is on the network.',
  },
  'phone-busy': {
    title: 'The server is in trouble or does not answer.',
    text: 'Try again in a few minutes.',
  },
  missing: {
    title: 'There is no account at this address.',
    text: 'The server answers, but not with contacts or calendars. Check the address, with its path.',
  },
  garbled: {
    title: 'There is no account at this address.',
    text: 'The server answers, but not as CardDAV or CalDAV does. Check the address, with its path.',
  },
  'bad-source': {
    title: 'This is not an address of a server.',
    text: 'It looks like dav.example.org or https://example.org/dav/.',
  },
};

export const account = {
  lead: 'Sidekeep reads contacts, calendars and to-dos straight from the account that your phone uses, and keeps every version. Nothing is changed there, unless you put something back.',
  providers,
  another: 'Another provider',
  server: 'Server',
  email: 'E-mail address',
  user: 'User name',
  password: 'App password',
  kept: 'Kept for this computer only, never in the archive.',
  look: 'Look what is there',
  looking: 'Asking the server…',
  troubles,
  certificate: 'Nobody vouches for this server’s certificate.',
  certificateText:
    'Servers at home often sign for themselves. Compare this SHA-256 fingerprint with the one that the server’s owner sees. Only if they are the same is it the right server.',
  trust: 'It is the same: trust this certificate',
  insecure: 'The connection would not be encrypted.',
  insecureText: 'Anybody on the way could read the password. Use https:// if the server has it.',
  anyway: 'Connect without encryption',
  found: 'What was found',
  foundText: 'Choose what to mirror. You can change it later by connecting the account again.',
  kinds: { contact: 'Address books', event: 'Calendars', task: 'Lists of to-dos' },
  readOnly: 'read only',
  empty: 'The account answers, but there is nothing in it yet.',
  unseen: (kinds: string) => `Not all ${kinds} could be seen.`,
  name: 'What to call it',
  whose: 'Whose is it?',
  whoseText: 'What the phone and its account have alike is then shown once, with both named.',
  alone: 'On its own',
  mirror: 'Mirror now',
  leftOut: (names: string) => `Not mirrored by your choice: ${names}.`,
};
