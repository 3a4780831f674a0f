// Two phones: one that is well, and one that was not looked after.

export interface Phone {
  id: string;
  name: string;
  model: string;
  system: string;
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
