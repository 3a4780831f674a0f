import { expect, test } from 'vitest';
import { sourceOf } from './address';

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
