// Two phones: one that is well, and one that was not looked after; and an account with much of what the first one has.

import type { PairingCode } from '../bindings';

export interface Phone {
  id: string;
  name: string;
  model: string | null;
  system: string | null;
  source: string;
}

export const pixel: Phone = {
  id: 'android-3f1c9e27',
  name: 'Mira’s Pixel 8',
  model: 'Pixel 8',
  system: 'Android 15',
  source: 'adb-usb:38251FDJH00A7C',
};

export const galaxy: Phone = {
  id: 'android-b6027d14',
  name: 'Galaxy S9 (old)',
  model: 'SM-G960F',
  system: 'Android 10',
  source: 'adb://192.168.1.23:5555',
};

export const account: Phone = {
  id: 'dav:mira@dav.example.org',
  name: 'mira@dav.example.org',
  model: null,
  system: null,
  source: 'dav+https://mira@dav.example.org/',
};

const square = (x: number, y: number) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;

/** A code of which only the three corners are there: nobody can scan the twin. */
export const corners: PairingCode = { side: 29, path: square(0, 0) + square(22, 0) + square(0, 22) };
