// Ways to phones as people call them: never an address that is for programs. Pure.

import type { PhoneCard, PhoneLink } from '../../ipc';

/** The folder's path, or the address or serial number without the scheme before it and the certificate behind it. */
export function plainly(source: string): string {
  return source
    .replace(/^(folder:|adb:\/\/|adb-wifi:|adb-usb:|mtp:|dav\+https?:\/\/)/, '')
    .replace(/\/?(#.*)?$/, '');
}

/** The phone that is there, or was there last; null when none was. */
export function phoneAt(link: PhoneLink, phones: readonly PhoneCard[]): string | null {
  const parts = phones.flatMap(({ parts }) => parts);
  return link.phone_name ?? parts.find(({ id }) => id === link.phone)?.name ?? null;
}

/** What the owner calls it, else the folder's path or the phone's name, else the address. */
export function nameOf(link: PhoneLink, phones: readonly PhoneCard[]): string {
  if (link.name !== null && link.name !== link.source) return link.name;
  if (link.link === 'folder') return plainly(link.source);
  return phoneAt(link, phones) ?? plainly(link.source);
}
