import { beforeEach, expect, test } from 'vitest';
import type { Kept, Kind, VersionRow } from '../../ipc';
import { speak } from '../../words';
import { versionOf } from './wish';

beforeEach(() => speak(['en-GB']));

test.each<[Kind, Kind]>([
  ['contact', 'contact'],
  ['event', 'event'],
  // A card of its address book.
  ['group', 'contact'],
])('a version of a %s is put back among the %ss', (kind, into) => {
  const kept = { id: '1', kind, title: 'Choir', phone: 'p' } as Kept;
  const wish = versionOf(kept, { at: '2026-11-01T00:00:00.000Z' } as VersionRow);
  expect(wish.kinds).toEqual([into]);
  expect(wish.item).toEqual({ id: '1', title: 'Choir' });
});
