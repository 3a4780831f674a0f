// What kind of thing is mirrored: for its drawing, and for the words that differ. Pure.

import type { PhoneCard, PhoneLink } from '../../ipc';

export type Picture = 'android' | 'iphone' | 'folder' | 'account';

/** What a card is about; `several` where a phone and an account, or a folder, stand on one. */
export type What = 'phone' | 'account' | 'folder' | 'several';

export function whatIs({ links }: { links: readonly PhoneLink[] }): What {
  const all = new Set(links.map(({ link }) => (link === 'account' || link === 'folder' ? link : 'phone')));
  const [first = 'phone'] = all;
  return all.size > 1 ? 'several' : first;
}

export function pictureOf(
  phone: Pick<PhoneCard, 'system' | 'model'> & { links: readonly PhoneLink[] },
): Picture {
  const said = `${phone.system ?? ''} ${phone.model ?? ''}`;
  if (/\biOS\b|iPhone|iPad/i.test(said)) return 'iphone';
  if (/android/i.test(said)) return 'android';
  const what = whatIs(phone);
  return what === 'account' || what === 'folder' ? what : 'android';
}
