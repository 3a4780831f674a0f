// A contact's fields as they are shown, copied and compared: each with its label in words. Pure but for the words.

import type { Address, Contact, Labelled } from '../../ipc';
import { format, t } from '../../words';
import type { Field } from '../history/diff';

export const sectionNames = [
  'phones',
  'emails',
  'messengers',
  'addresses',
  'birthday',
  'dates',
  'urls',
  'relations',
  'notes',
] as const;
export type SectionName = (typeof sectionNames)[number];

export interface Section {
  readonly name: SectionName;
  readonly fields: readonly Field[];
}

/** The sections that a contact has something for, in their order. */
export function sections(contact: Contact): Section[] {
  const all: Record<SectionName, Field[]> = {
    phones: contact.phones.map((phone) => field('phones', phone)),
    emails: contact.emails.map((email) => field('emails', email)),
    messengers: (contact.messengers ?? []).map(messenger),
    addresses: contact.addresses.map((address) => ({
      kind: 'addresses',
      label: labelOf(address.types, address.label),
      text: block(address),
    })),
    birthday: contact.birthday
      ? [
          {
            kind: 'birthday',
            label: t.contacts.fields.birthday,
            text: dayText(contact.birthday),
            key: contact.birthday,
          },
        ]
      : [],
    dates: (contact.dates ?? []).map((date) => ({
      ...field('dates', date),
      text: dayText(date.value),
      key: date.value,
    })),
    urls: (contact.urls ?? []).map((url) => field('urls', url)),
    relations: (contact.relations ?? []).map((relation) => field('relations', relation)),
    notes: contact.notes ? [{ kind: 'notes', label: t.contacts.fields.notes, text: contact.notes }] : [],
  };
  return sectionNames.filter((name) => all[name].length > 0).map((name) => ({ name, fields: all[name] }));
}

/** Everything that tells two states of a contact apart. */
export function everyField(contact: Contact): Field[] {
  const plain = (kind: keyof typeof t.contacts.fields, text: string | null | undefined): Field[] =>
    text ? [{ kind, label: t.contacts.fields[kind], text }] : [];
  const { parts, photo } = contact;
  return [
    ...plain('name', contact.name),
    ...plain('prefix', parts?.prefix),
    ...plain('given', parts?.given),
    ...plain('middle', parts?.middle),
    ...plain('family', parts?.family),
    ...plain('suffix', parts?.suffix),
    ...(contact.nicknames ?? []).flatMap((nickname) => plain('nickname', nickname)),
    ...plain('org', contact.org),
    ...plain('title', contact.title),
    ...sections(contact).flatMap(({ fields }) => fields),
    ...contact.groups.flatMap((group) => plain('group', group)),
    ...(photo ? [pictureField(photo)] : []),
  ];
}

/** `Work fax` from its types, or the person's own label. */
export function labelOf(types: readonly string[], label: string | null): string {
  if (label) return label;
  const known = t.contacts.types as Record<string, string>;
  const said = types.map((type) => type.replace(/^x-/, '')).filter((type) => !silent.has(type));
  const place = said.find((type) => places.has(type));
  const what = said.find((type) => !places.has(type));
  if (place && what && known[what]) return t.contacts.typeAt(known[what], known[place] ?? place);
  const one = what ?? place;
  return one ? (known[one] ?? one) : '';
}

/** Said by every card or by none: no label. */
const silent = new Set(['pref', 'voice', 'internet', 'msg', 'intl', 'parcel', 'postal', 'dom']);
const places = new Set(['home', 'work', 'other']);

function field(kind: SectionName, { value, types, label }: Labelled): Field {
  return { kind, label: labelOf(types, label), text: value };
}

const services: Record<string, string> = {
  aim: 'AIM',
  facebook: 'Facebook',
  gadugadu: 'Gadu-Gadu',
  gtalk: 'Google Talk',
  icq: 'ICQ',
  im: '',
  jabber: 'Jabber',
  line: 'LINE',
  matrix: 'Matrix',
  msn: 'MSN',
  qq: 'QQ',
  signal: 'Signal',
  sip: 'SIP',
  skype: 'Skype',
  telegram: 'Telegram',
  threema: 'Threema',
  viber: 'Viber',
  wechat: 'WeChat',
  whatsapp: 'WhatsApp',
  xmpp: 'XMPP',
  ymsgr: 'Yahoo',
};

/** `signal:+49 171…` is a number at Signal. */
function messenger({ value, types, label }: Labelled): Field {
  const [, scheme, handle] = /^([a-z][a-z0-9+.-]*):(.+)$/is.exec(value) ?? [];
  const service = scheme === undefined ? undefined : services[scheme.toLowerCase()];
  if (service === undefined || handle === undefined)
    return { kind: 'messengers', label: labelOf(types, label), text: value };
  return {
    kind: 'messengers',
    label: [service, labelOf(types, label)].filter(Boolean).join(', '),
    text: handle.replace(/^\/\//, ''),
    key: value,
  };
}

/** A day as the locale writes it, with or without a year; what is no day stays as it is written. */
export function dayText(text: string): string {
  const [, year, month, day] = /^(\d{4}|-)-?(\d{2})-?(\d{2})$/.exec(text) ?? [];
  if (month === undefined || day === undefined) return text;
  // 29 February without a year needs one that has it.
  const whole = `${year === '-' ? '2024' : year}-${month}-${day}`;
  const at = format.wall(whole);
  if (Number.isNaN(at.getTime()) || at.getDate() !== Number(day)) return text;
  return year === '-' ? format.parts(at, { day: 'numeric', month: 'long' }) : format.date(at);
}

const cityFirst = /^(us|usa|u\.s\.a\.|united states( of america)?|canada|australia)$/i;
const ownLines = /^(gb|uk|united kingdom|england|scotland|wales|great britain|ireland|éire)$/i;

/** An address as it stands on an envelope. */
export function block(address: Address): string {
  const { po_box, extended, street, city, region, postcode, country } = address;
  const line = (...words: (string | undefined)[]) => words.filter(Boolean).join(' ');
  const named = country?.trim() ?? '';
  const locality = cityFirst.test(named)
    ? [[city, line(region, postcode)].filter(Boolean).join(', ')]
    : ownLines.test(named)
      ? [city, region, postcode]
      : [line(postcode, city), region];
  const lines = [extended, street, po_box, ...locality, country].filter(Boolean);
  return lines.length > 0 ? lines.join('\n') : (address.value ?? '');
}

function pictureField(photo: NonNullable<Contact['photo']>): Field {
  const { width, height } = photo;
  return {
    kind: 'photo',
    label: t.contacts.fields.photo,
    text:
      width && height
        ? `${format.number(width)} × ${format.number(height)}`
        : (photo.uri ?? photo.media ?? '–'),
    key: photo.digest ?? photo.uri ?? '',
  };
}
