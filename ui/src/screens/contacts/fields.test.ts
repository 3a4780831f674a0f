import { beforeAll, expect, test } from 'vitest';
import type { Address, Contact } from '../../ipc';
import { speak } from '../../words';
import { block, dayText, everyField, labelOf, sections } from './fields';

beforeAll(() => speak(['en-GB']));

export const blank: Contact = {
  name: '',
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

test.each<[string[], string | null, string]>([
  [[], null, ''],
  [['cell', 'pref'], null, 'Mobile'],
  [['home', 'voice'], null, 'Home'],
  [['work', 'fax'], null, 'Work fax'],
  [['fax', 'home'], null, 'Home fax'],
  [['x-satellite'], null, 'satellite'],
  [['home'], 'Garden house', 'Garden house'],
  [['internet', 'pref'], null, ''],
])('types %j with the label %j are called %j', (types, label, said) => {
  expect(labelOf(types, label)).toBe(said);
});

test.each([
  ['1990-05-03', '3 May 1990'],
  ['19900503', '3 May 1990'],
  ['--05-03', '3 May'],
  ['--0503', '3 May'],
  ['--02-29', '29 February'],
  ['1961-02-29', '1961-02-29'],
  ['circa 1800', 'circa 1800'],
  ['1990-13-40', '1990-13-40'],
])('the day %s is said as %s', (text, said) => {
  expect(dayText(text)).toBe(said);
});

const address = (parts: Partial<Address>): Address => ({ types: [], label: null, ...parts });

test.each<[Partial<Address>, string[]]>([
  [
    { street: 'Lindenstraße 4', postcode: '20095', city: 'Hamburg', country: 'Germany' },
    ['Lindenstraße 4', '20095 Hamburg', 'Germany'],
  ],
  [
    {
      street: '1 Main St',
      extended: 'Apt 4',
      city: 'Springfield',
      region: 'IL',
      postcode: '62701',
      country: 'USA',
    },
    ['Apt 4', '1 Main St', 'Springfield, IL 62701', 'USA'],
  ],
  [
    { street: '3 Mill Lane', city: 'Bristol', postcode: 'BS1 4ST', country: 'United Kingdom' },
    ['3 Mill Lane', 'Bristol', 'BS1 4ST', 'United Kingdom'],
  ],
  [{ po_box: 'Postfach 12', city: 'Wien' }, ['Postfach 12', 'Wien']],
  [{ value: 'Am Markt 1\nHamburg' }, ['Am Markt 1', 'Hamburg']],
  [{}, ['']],
])('the address %j stands on an envelope as %j', (parts, lines) => {
  expect(block(address(parts)).split('\n')).toEqual(lines);
});

test.each([
  ['signal:+49 171', 'Signal', '+49 171'],
  ['xmpp:inge@example.org', 'XMPP', 'inge@example.org'],
  ['threema:ABCD1234', 'Threema', 'ABCD1234'],
  ['im:someone', '', 'someone'],
  ['unheard:of', '', 'unheard:of'],
  ['just a name', '', 'just a name'],
])('the messenger %s', (value, label, text) => {
  const [section] = sections({ ...blank, messengers: [{ value, types: [], label: null }] });
  expect(section?.fields.map((field) => [field.label, field.text])).toEqual([[label, text]]);
});

test('only what is there has a section, and each field is there to be compared', () => {
  expect(sections(blank)).toEqual([]);
  const rich: Contact = {
    ...blank,
    name: 'Inge',
    parts: { family: 'Sørensen', given: 'Inge', middle: '', prefix: 'Dr.', suffix: '' },
    nicknames: ['Penguin'],
    org: 'Institute',
    phones: [{ value: '1', types: ['home'], label: null }],
    birthday: '--05-03',
    dates: [{ value: '1988-06-11', types: ['anniversary'], label: null }],
    relations: [{ value: 'Mads', types: ['spouse'], label: null }],
    notes: 'Ring twice.',
    groups: ['Choir'],
    photo: { digest: 'ab', media: 'image/jpeg', width: 10, height: 10 },
  };
  expect(sections(rich).map(({ name }) => name)).toEqual([
    'phones',
    'birthday',
    'dates',
    'relations',
    'notes',
  ]);
  expect(everyField(rich).map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'Name: Inge',
    'Prefix: Dr.',
    'First name: Inge',
    'Last name: Sørensen',
    'Nickname: Penguin',
    'Company: Institute',
    'Home: 1',
    'Birthday: 3 May',
    'Anniversary: 11 June 1988',
    'Spouse: Mads',
    'Notes: Ring twice.',
    'Group: Choir',
    'Picture: 10 × 10',
  ]);
});
