import { expect, test } from 'vitest';
import type { PhoneCard, PhoneLink } from '../../ipc';
import { nameOf, phoneAt } from './way';

const mira = { id: 'mira', name: 'Mira’s Pebble' };
const phones = [{ ...mira, parts: [mira] }] as PhoneCard[];
const network = { source: 'adb://127.0.0.1:44663', link: 'network' } as const;
const folder = { source: 'folder:/home/mira/lists', link: 'folder' } as const;

test.each<[Partial<PhoneLink>, string, string | null]>([
  [{ ...network, name: 'kitchen', phone: 'mira' }, 'kitchen', 'Mira’s Pebble'],
  [{ ...network, name: network.source, phone: 'mira' }, 'Mira’s Pebble', 'Mira’s Pebble'],
  [{ ...network, phone: 'mira', phone_name: 'Pebble 2' }, 'Pebble 2', 'Pebble 2'],
  [network, '127.0.0.1:44663', null],
  [{ source: 'adb-usb:38251', link: 'usb' }, '38251', null],
  [{ source: 'mtp:38251', link: 'usb' }, '38251', null],
  [{ ...folder, phone: 'mira' }, '/home/mira/lists', 'Mira’s Pebble'],
  [{ ...folder, name: folder.source }, '/home/mira/lists', null],
])('%j', (more, name, phone) => {
  const link: PhoneLink = {
    ...network,
    name: null,
    phone: null,
    phone_name: null,
    ready: null,
    needs: null,
    left_out: [],
    ...more,
  };
  expect([nameOf(link, phones), phoneAt(link, phones)]).toEqual([name, phone]);
});
