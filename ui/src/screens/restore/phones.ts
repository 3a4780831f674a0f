// Phones and accounts that something was kept of. Pure.

import type { RestoreCollection } from '../../ipc';

/** Each once, as a list of choices. */
export function phonesOf(collections: readonly RestoreCollection[]): { value: string; label: string }[] {
  const names = new Map(collections.map(({ phone, phone_name }) => [phone, phone_name]));
  return [...names].map(([value, label]) => ({ value, label }));
}
