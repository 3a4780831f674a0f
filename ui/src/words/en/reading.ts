// What a reader says of its own answer, why a change is held back, and how a run ended: the same words on every screen.
import type { Kind, Outcome, Reason, Suspicion } from '../../ipc';
import { number } from '../format';
import { common } from './common';
import { plural } from './plural';

/** Heading of a kind. */
const kinds: Record<Kind, string> = {
  contact: 'Contacts',
  group: 'Groups',
  event: 'Events',
  task: 'To-dos',
  message: 'Messages',
  call: 'Calls',
  photo: 'Photos',
  film: 'Videos',
};

/** In the middle of a sentence. */
const nouns: Record<Kind, string> = {
  contact: 'contacts',
  group: 'groups',
  event: 'events',
  task: 'to-dos',
  message: 'messages',
  call: 'calls',
  photo: 'photos',
  film: 'videos',
};

const counted: Record<Kind, (n: number) => string> = {
  contact: common.contacts,
  group: common.groups,
  event: common.events,
  task: common.tasks,
  message: common.messages,
  call: common.calls,
  photo: common.photos,
  film: common.films,
};

/** Why something was not read; `n` is how many items, 0 where that is not known. */
const reasons: Record<Reason, (n: number) => string> = {
  refused: () => 'Access is refused; a permission is missing',
  missing: () => 'There is no such data',
  unsupported: () => 'Cannot be read over this link',
  garbled: () => 'The answer could not be understood',
  unplugged: () => 'The connection was lost',
  locked: () => 'The phone was locked',
  'not-trusted': () => 'The phone does not trust this computer yet',
  busy: () => 'It was busy or did not answer',
  'items-unreadable': (n) =>
    plural(n, {
      zero: 'Some could not be read',
      one: '# could not be read',
      other: '# could not be read',
    }),
  'items-changing': (n) =>
    plural(n, {
      zero: 'Some changed while they were read',
      one: '# changed while it was read',
      other: '# changed while they were read',
    }),
  'items-unnameable': (n) =>
    plural(n, {
      zero: 'Some names could not be understood',
      one: '# name could not be understood',
      other: '# names could not be understood',
    }),
  'pictures-unreadable': (n) =>
    plural(n, {
      zero: 'Contact pictures could not be read',
      one: '# contact picture could not be read',
      other: '# contact pictures could not be read',
    }),
  'walked-only': () => 'Favourites and the bin are not known',
  picked: () => 'Only what you picked was read',
  'storage-away': () => 'A memory card that was there before is missing',
  cancelled: () => 'Stopped before it was done',
  disk: () => 'This computer’s disk was full or failed',
};

const fields: Record<string, string> = {
  phones: 'phone number',
  emails: 'e-mail address',
  addresses: 'address',
  groups: 'group',
  notes: 'note',
  photo: 'picture',
  name: 'name',
  start: 'start',
};

function suspicion(kind: Kind, held: Suspicion): string {
  const before = counted[kind](held.before);
  switch (held.suspicion) {
    case 'emptied':
      return `All ${before} are gone.`;
    case 'lost':
      return `${before} became ${counted[kind](held.before - held.lost)}.`;
    case 'changed':
      return `${common.of(number(held.changed), before)} changed at once.`;
    case 'field-lost':
      return `${common.of(number(held.lost), before)} lost every ${fields[held.field] ?? held.field}.`;
    case 'vanished':
      return `None of it is listed any longer; there were ${before}.`;
  }
}

const outcomes: Record<Outcome, string> = {
  complete: 'Complete',
  partial: 'Incomplete',
  failed: 'Failed',
  cancelled: 'Stopped',
  interrupted: 'Cut off',
};

export const reading = { kinds, nouns, counted, reasons, suspicion, outcomes };
