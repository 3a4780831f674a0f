import { expect, test } from 'vitest';
import { codeOf, pairingAt, sourceOf } from './address';

const cases: [string, string | null][] = [
  ['192.168.1.23', 'adb://192.168.1.23:5555'],
  [' 192.168.1.23:41317 ', 'adb://192.168.1.23:41317'],
  ['adb://192.168.1.23:41317/', 'adb://192.168.1.23:41317'],
  ['adb:pixel.local', 'adb://pixel.local:5555'],
  ['[fe80::1]:37', 'adb://[fe80::1]:37'],
  ['fe80::1', 'adb://[fe80::1]:5555'],
  ['', null],
  ['my phone', null],
  ['192.168.1.23:0', null],
  ['192.168.1.23:99999', null],
  ['192.168.1.23:port', null],
  ['folder:/home', null],
];

test.each(cases)('%s', (typed, source) => {
  expect(sourceOf(typed)).toBe(source);
});

test.each<[string, string | null]>([
  [' 192.168.1.23:37099 ', '192.168.1.23:37099'],
  ['[fe80::1]:37099', '[fe80::1]:37099'],
  ['192.168.1.23', null],
  ['fe80::1', null],
  ['192.168.1.23:99999', null],
  ['', null],
])('a phone pairs at %s', (typed, address) => {
  expect(pairingAt(typed)).toBe(address);
});

test.each<[string, string | null]>([
  ['123456', '123456'],
  [' 012 345 ', '012345'],
  ['12345', null],
  ['1234567', null],
  ['12345a', null],
  ['٢٢٣٤٥٦', null],
])('%s as a code', (typed, code) => {
  expect(codeOf(typed)).toBe(code);
});
