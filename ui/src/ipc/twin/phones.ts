// Two phones: one that is well, and one that was not looked after; and an account with much of what the first one has.

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
