// What kind of thing is mirrored, for its drawing. Pure.

import type { PhoneCard, PhoneLink } from '../../ipc';

export type Picture = 'android' | 'iphone' | 'folder' | 'account';

export function pictureOf(
  phone: Pick<PhoneCard, 'system' | 'model'> & { links: readonly PhoneLink[] },
): Picture {
  const said = `${phone.system ?? ''} ${phone.model ?? ''}`;
  if (/\biOS\b|iPhone|iPad/i.test(said)) return 'iphone';
  if (/android/i.test(said)) return 'android';
  if (phone.links.length > 0 && phone.links.every(({ link }) => link === 'account')) return 'account';
  return phone.links.length > 0 && phone.links.every(({ link }) => link === 'folder') ? 'folder' : 'android';
}
