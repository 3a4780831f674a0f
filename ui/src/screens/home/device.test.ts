import { expect, test } from 'vitest';
import type { LinkKind } from '../../ipc';
import { pictureOf, type Picture } from './device';

const way = (link: LinkKind) => ({
  source: 's',
  name: null,
  phone: null,
  phone_name: null,
  link,
  ready: null,
  needs: null,
  left_out: [],
});

test.each<[string | null, string | null, LinkKind[], Picture]>([
  ['Android 15', 'Pixel 8', ['usb'], 'android'],
  ['iOS 18.1', null, ['usb'], 'iphone'],
  [null, 'iPhone14,5', ['folder'], 'iphone'],
  [null, null, ['folder'], 'folder'],
  ['Android 10', null, ['folder'], 'android'],
  [null, null, ['folder', 'usb'], 'android'],
  [null, null, [], 'android'],
])('%s %s over %j', (system, model, links, picture) => {
  expect(pictureOf({ system, model, links: links.map(way) })).toBe(picture);
});
