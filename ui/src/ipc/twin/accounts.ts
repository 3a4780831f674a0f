// Accounts as the twin knows them: one that is connected, and one that answers to whoever tries. What is typed decides:
// `wrong` as the password is refused, and so is a server by its name (`away`, `nobody`, `selfmade`).

import type { AccountCollection, AccountFound, Kind, RestorePlaces, Trouble } from '../bindings';
import { account } from './phones';
import type { World } from './world';

const fingerprint = '9f3c52d1a07b6e84'.repeat(4);

/** What the account at an address holds, or why it does not say. */
export function lookInto(source: string, password: string | null): AccountFound {
  const refused = (kind: Trouble['kind'], subject: string | null = null): Trouble => ({
    kind,
    subject,
    detail: `the twin was asked to say ${kind}`,
  });
  const { hostname, username, hash, protocol } = new URL(source.replace(/^dav\+/, ''));
  if (hostname === 'away') throw refused('unplugged');
  if (hostname === 'nobody') throw refused('missing');
  if (protocol === 'http:' && hash !== '#insecure' && hostname !== '127.0.0.1') throw refused('insecure');
  if (hostname === 'selfmade' && hash === '') throw refused('certificate', fingerprint);
  if (password === 'wrong') throw refused('login');
  const name = `${decodeURIComponent(username)}@${hostname}`;
  return { source, name, remembered: null, phone: `dav:${name}`, collections: collections(), unseen: [] };
}

export function places(world: World): RestorePlaces {
  const of = (kind: Kind, id: string, name: string) => ({
    phone: account.id,
    phone_name: account.name,
    kind,
    id,
    name,
    read_only: false,
  });
  return {
    targets: [
      { source: account.source, name: 'My account', phone: account.id, kinds: ['contact', 'event', 'task'] },
    ],
    collections: [
      ...collections().map(({ kind, id, name, read_only }) => ({ ...of(kind, id, name), read_only })),
      ...[...new Set(world.contacts.map(({ collection }) => collection))].map((name) => ({
        ...of('contact', name, name),
        phone: world.contacts[0]?.phone.id ?? '',
        phone_name: world.contacts[0]?.phone.name ?? '',
      })),
    ],
  };
}

function collections(): AccountCollection[] {
  const one = (
    kind: Kind,
    id: string,
    name: string,
    colour: string | null,
    items: number | null,
    read_only = false,
  ): AccountCollection => ({ kind, id, name, colour, items, read_only, left_out: false });
  return [
    one('contact', '/mira/contacts/', 'Contacts', null, 214),
    one('contact', '/mira/choir/', 'Choir', null, 31),
    one('event', '/mira/home/', 'Home', '#2F7D6B', 1204),
    one('event', '/mira/office/', 'Work', '#B4532A', 388),
    one('event', '/holidays/', 'Holidays', '#7A5BB5', null, true),
    one('task', '/mira/shopping/', 'Shopping', '#2D6FB5', 12),
  ];
}
