// Invented people. The first are ordinary, then come those that break careless screens.

import { tagLength } from '../api';
import type { Address, Contact, Labelled, Person, PersonDetail, Time } from '../bindings';
import { Chance, hex } from './chance';
import { kept, presentAt, stateAt, versions, type Item } from './item';
import { account, galaxy, pixel } from './phones';

const given =
  'Ada Amira Anton Beatriz Bilal Chiara Clara Dagny Diego Elif Emil Esra Fatima Felix Freya Giulia Hannah Henrik Ines Ingrid Ivo Jana Jasper João Kaito Karim Leila Lene Linus Lucía Mads Malik Mei Mika Nadia Niels Noor Olga Oskar Paula Pavel Priya Quentin Rosa Ruben Samira Sanna Sofie Tariq Tilda Tomás Uma Valentin Vera Wanda Yara Yusuf Zoë'.split(
    ' ',
  );
const family =
  'Abel Almeida Aydın Becker Bianchi Bjerke Brandt Castillo Chen Clausen Demir Dietrich Dubois Eriksen Falk Fontana García Grün Haddad Hansen Hoffmann Ibrahim Jansen Jensen Kaya Keller Kowalska Krüger Larsen Lindqvist López Lund Maier Martins Meyer Moreau Møller Nakamura Novák Okafor Olsen Öztürk Park Pereira Petrov Quist Rahimi Richter Rossi Sato Schäfer Silva Sørensen Thomsen Tran Ulrich Vogel Weiß Yamada Ziegler'.split(
    ' ',
  );
const firms = [
  'Nordlicht Optik',
  'Studio Palme',
  'Hafen & Söhne',
  'Kessler Architects',
  'Blau GmbH',
  'Praxis am Park',
];
const streets = [
  'Lindenstraße',
  'Harbour Road',
  'Rua das Flores',
  'Strandvej',
  'Kirchgasse',
  'Avenue Foch',
  'Mill Lane',
];
const towns: [string, string, string][] = [
  ['Hamburg', '20095', 'Germany'],
  ['Lisboa', '1200-192', 'Portugal'],
  ['Aarhus', '8000', 'Denmark'],
  ['Bristol', 'BS1 4ST', 'United Kingdom'],
  ['Wien', '1070', 'Austria'],
  ['Lyon', '69002', 'France'],
];
const groupNames = ['Family', 'Friends', 'Choir', 'Work', 'Football'];

const labelled = (value: string, types: string[], label: string | null = null): Labelled => ({
  value,
  types,
  label,
});

function blank(name: string): Contact {
  return {
    name,
    phones: [],
    emails: [],
    addresses: [],
    org: null,
    title: null,
    birthday: null,
    notes: null,
    groups: [],
    photo: null,
  };
}

function number(chance: Chance): string {
  const two = () => String(chance.below(100)).padStart(2, '0');
  return chance.pick([
    `+49 40 ${two()}${two()} ${two()}`,
    `+44 117 496 0${two()}${chance.below(10)}`,
    `+45 ${two()} ${two()} ${two()} ${two()}`,
    `0171 ${two()}${two()}${two()}${chance.below(10)}`,
  ]);
}

function ordinary(chance: Chance, at: number): Contact {
  const first = given[(at * 7) % given.length] as string;
  const last = chance.pick(family);
  const contact = blank(`${first} ${last}`);
  contact.parts = { family: last, given: first, middle: '', prefix: '', suffix: '' };
  const phones = [labelled(number(chance), ['cell', 'pref'])];
  if (chance.yes(0.4)) phones.push(labelled(number(chance), ['home']));
  if (chance.yes(0.3)) phones.push(labelled(number(chance), ['work']));
  contact.phones = phones;
  const mail = `${first}.${last}`
    .normalize('NFKD')
    .replace(/[^a-zA-Z.]/g, '')
    .toLowerCase();
  if (chance.yes(0.8)) contact.emails = [labelled(`${mail}@example.org`, ['home'])];
  if (chance.yes(0.3)) {
    contact.org = chance.pick(firms);
    contact.title = chance.pick([
      'Optician',
      'Engineer',
      'Physiotherapist',
      'Partner',
      'Teacher',
      'Designer',
    ]);
    contact.emails = [...contact.emails, labelled(`${mail}@work.example`, ['work'])];
  }
  if (chance.yes(0.45)) {
    const [city, postcode, country] = chance.pick(towns);
    const address: Address = {
      street: `${chance.pick(streets)} ${chance.between(1, 120)}`,
      city,
      postcode,
      country,
      types: ['home'],
      label: null,
    };
    contact.addresses = [address];
  }
  const day = `${String(chance.between(1, 12)).padStart(2, '0')}-${String(chance.between(1, 28)).padStart(2, '0')}`;
  if (chance.yes(0.5))
    contact.birthday = chance.yes(0.2) ? `--${day}` : `${chance.between(1948, 2012)}-${day}`;
  if (chance.yes(0.5)) contact.groups = [chance.pick(groupNames)];
  if (chance.yes(0.15)) contact.messengers = [labelled(`signal:${contact.phones[0]?.value ?? ''}`, [])];
  if (chance.yes(0.15)) contact.urls = [labelled(`https://${mail}.example`, ['home'])];
  if (chance.yes(0.2))
    contact.notes = chance.pick([
      'Met at the harbour festival.',
      'Vegetarian. Allergic to nuts.',
      'Ring twice.',
    ]);
  if (chance.yes(0.4))
    contact.photo = { digest: hex(mail, 64), media: 'image/jpeg', width: 720, height: 720 };
  return contact;
}

/** Each broke a contacts app once. */
function odd(): Contact[] {
  const crowd = blank('Switchboard of many numbers');
  crowd.org = 'Stadtwerke';
  crowd.phones = Array.from({ length: 40 }, (_, at) =>
    labelled(`+49 40 5550 ${String(at).padStart(3, '0')}`, ['work'], `Desk ${at + 1}`),
  );
  const long = blank(
    'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of Upper Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch',
  );
  long.emails = [labelled(`${'very.'.repeat(20)}long@example.org`, ['home'])];
  long.notes = 'A note that goes on.\n\n'.repeat(30);
  const emoji = blank('🦊');
  emoji.phones = [labelled('+49 151 2345678', ['cell'])];
  const nobody = blank('');
  nobody.phones = [labelled('+351 912 345 678', [])];
  const arabic = blank('مريم الخطيب');
  arabic.phones = [labelled('+962 7 9012 3456', ['cell'])];
  arabic.notes = 'صديقة من المدرسة';
  const hebrew = blank('נועה לוי');
  hebrew.emails = [labelled('noa@example.org', ['home'])];
  const japanese = blank('中村 美咲');
  japanese.parts = { family: '中村', given: '美咲', middle: '', prefix: '', suffix: '' };
  japanese.org = '株式会社ひかり';
  const html = blank('<b>Bobby</b> & "Sons"; DROP');
  html.phones = [labelled('<img src=x onerror=alert(1)>', [])];
  const empty = blank('Nothing but a name');
  const firm = blank('Praxis Dr. Weiß');
  firm.org = 'Praxis Dr. Weiß';
  firm.phones = [labelled('+49 40 112 233', ['work', 'voice']), labelled('+49 40 112 234', ['work', 'fax'])];
  firm.addresses = [{ value: 'Am Markt 1\n20095 Hamburg', types: ['work'], label: null }];
  firm.urls = [labelled('https://praxis.example', ['work'])];
  const rich = ordinary(new Chance('rich'), 3);
  rich.name = 'Prof. Dr. Ingrid Sørensen, MD';
  rich.nicknames = ['Inge', 'Professor Penguin'];
  rich.parts = { family: 'Sørensen', given: 'Ingrid', middle: 'Maria', prefix: 'Prof. Dr.', suffix: 'MD' };
  rich.birthday = '1961-02-29';
  rich.dates = [
    labelled('1988-06-11', ['anniversary']),
    labelled('2019-09-01', [], 'First day at the institute'),
  ];
  rich.relations = [labelled('Mads', ['spouse']), labelled('Freya', ['child'])];
  rich.messengers = [labelled('xmpp:inge@example.org', []), labelled('threema:ABCD1234', [])];
  rich.groups = ['Family', 'Choir', 'Work'];
  rich.photo = { digest: hex('rich', 64), media: 'image/jpeg', width: 720, height: 720 };
  return [crowd, long, emoji, nobody, arabic, hebrew, japanese, html, empty, firm, rich];
}

export function people(count: number, day: (daysAgo: number) => Time): Item[] {
  const chance = new Chance('people');
  const strange = odd().slice(0, count);
  const contacts = [
    ...strange,
    ...Array.from({ length: Math.max(0, count - strange.length) }, (_, at) => ordinary(chance, at)),
  ];
  return contacts.map((contact, at) => {
    const phone = at % 9 === 4 ? galaxy : pixel;
    const firstSeen = day(chance.pick([712, 712, 712, 540, 301, 88, 12]));
    const item: Item = {
      id: hex(`contact ${at}`),
      kind: 'contact',
      title: contact.name,
      phone,
      collection: at % 6 === 5 ? 'Phone' : 'mira@example.org',
      account: at % 6 === 5 ? null : 'com.google:mira@example.org',
      firstSeen,
      gone: at % 23 === 17 ? day(5) : null,
      states: [{ at: firstSeen, change: 'seen', contact }],
    };
    if (at % 5 === 0 && contact.phones.length > 0) item.states = history(contact, firstSeen, day);
    return item;
  });
}

/** A person who moved, and whose number changed. */
function history(now: Contact, firstSeen: Time, day: (daysAgo: number) => Time): Item['states'] {
  const before: Contact = {
    ...now,
    phones: [labelled('+49 40 000 11 22', ['cell'])],
    addresses: [],
    notes: null,
  };
  const between: Contact = { ...before, emails: [], phones: now.phones };
  return [
    { at: firstSeen, change: 'seen', contact: before },
    { at: day(9), change: 'changed', contact: between },
    { at: day(2), change: 'changed', contact: now },
  ];
}

/** Most of the first phone's people, as an account has them: the same, under ids of its own. */
export function copiesOf(contacts: readonly Item[]): Item[] {
  const own = contacts.filter(({ phone, gone }, at) => phone === pixel && gone === null && at % 7 !== 3);
  return own.map((item) => ({
    ...item,
    id: copyOf(item.id),
    phone: account,
    collection: 'Contacts',
    account: null,
    states: item.states.slice(-1),
  }));
}

/** The id that the account's copy has. */
export function copyOf(id: string): string {
  return hex(`account ${id}`);
}

export function person(item: Item, asOf: Time | null): Person | null {
  const contact = stateAt(item, asOf)?.contact;
  if (!contact) return null;
  const numbers = contact.phones.flatMap(({ value }) => [value, value.replace(/\D/g, '')]);
  return {
    id: item.id,
    name: contact.name,
    note: contact.org ?? contact.phones[0]?.value ?? contact.emails[0]?.value ?? '',
    key: fold(contact.parts?.family ? `${contact.parts.family} ${contact.parts.given}` : contact.name),
    text: fold(
      [
        contact.name,
        ...(contact.nicknames ?? []),
        contact.org ?? '',
        ...numbers,
        ...contact.emails.map(({ value }) => value),
      ].join(' '),
    ),
    portrait: contact.photo && item.id.slice(0, tagLength),
    phone: item.phone.id,
    collection: item.collection,
    present: presentAt(item, asOf),
    derived: false,
    also: [],
  };
}

export function personDetail(item: Item, asOf: Time | null): PersonDetail {
  const contact = stateAt(item, asOf)?.contact ?? null;
  return { kept: kept(item, asOf), contact, group: null, versions: versions(item), vcard: vcard(contact) };
}

export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function vcard(contact: Contact | null): string {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `FN:${contact?.name ?? ''}`];
  for (const { value, types } of contact?.phones ?? []) lines.push(`TEL;TYPE=${types.join(',')}:${value}`);
  for (const { value } of contact?.emails ?? []) lines.push(`EMAIL:${value}`);
  return [...lines, 'END:VCARD', ''].join('\r\n');
}
