import type { TroubleKind } from '../../ipc';

/** What happened, and the next step. `subject` is the file, folder or source that it is about, or null. */
export interface TroubleWords {
  title: (subject: string | null) => string;
  next: string;
}

const at = (subject: string | null) => (subject ? ` (${subject})` : '');

const kinds: Record<TroubleKind, TroubleWords> = {
  'no-archive': {
    title: (subject) => `There is no archive here${at(subject)}.`,
    next: 'If it is on another disk, connect that disk. Otherwise choose the folder where it is now.',
  },
  occupied: {
    title: (subject) => `This folder holds other files${at(subject)}.`,
    next: 'Choose an empty folder, or one that does not exist yet.',
  },
  'newer-format': {
    title: () => 'A newer Sidekeep wrote this archive.',
    next: 'Update Sidekeep on this computer. Until then this version leaves the archive as it is; its photos, .vcf and .ics files open without Sidekeep.',
  },
  'archive-busy': {
    title: () => 'Another Sidekeep is using this archive.',
    next: 'Wait until it is done, or close it, then try again.',
  },
  'disk-full': {
    title: () => 'This computer’s disk is full.',
    next: 'Make room, then mirror again: it goes on where it stopped.',
  },
  denied: {
    title: (subject) => `This computer does not allow it${at(subject)}.`,
    next: 'Check who may write to the folder, and whether the disk is read-only.',
  },
  damaged: {
    title: (subject) => `Kept files are missing or damaged${at(subject)}.`,
    next: 'Mirror again while they are still there: what is missing is fetched anew.',
  },
  'not-found': { title: () => 'This is no longer there.', next: 'Go back and look again.' },
  stopped: { title: () => 'Stopped.', next: 'Start again any time: it goes on where it stopped.' },
  disk: {
    title: (subject) => `The disk failed${at(subject)}.`,
    next: 'Check the disk and its connection, then try again.',
  },
  unplugged: {
    title: () => 'There is no connection.',
    next: 'Check the cable or the network, and that the phone or server is on.',
  },
  locked: {
    title: () => 'The phone is locked, or only charging.',
    next: 'Unlock it and choose “File transfer” on it.',
  },
  'not-trusted': {
    title: () => 'The phone asks whether to trust this computer.',
    next: 'Unlock it and tap Allow.',
  },
  'not-paired': {
    title: () => 'This computer is not paired with it.',
    next: 'Open “Wireless debugging” on it, tap “Pair device with pairing code”, and enter that code here, under Android, Wi-Fi.',
  },
  'wrong-code': {
    title: () => 'It shows another code.',
    next: 'Look at the code once more: it is a new one each time.',
  },
  'phone-busy': {
    title: () => 'It does not answer.',
    next: 'A phone: close other programs that use it, and unlock it. A server: wait a few minutes. Then try again.',
  },
  refused: {
    title: () => 'Access is refused.',
    next: 'On a phone, allow it in the settings (developer options). At the cable, this computer’s USB rules may be missing: the package brings them. Of an account, ask whoever runs the server.',
  },
  missing: {
    title: (subject) => `Nothing was found there${at(subject)}.`,
    next: 'Check the address or the folder’s name.',
  },
  unsupported: {
    title: () => 'This way to a phone comes in a later version.',
    next: 'Today: Android over cable or network, cameras, accounts, and folders.',
  },
  'nothing-to-keep': {
    title: (subject) => `Nothing here that Sidekeep keeps${at(subject)}.`,
    next: 'It keeps photos, videos, contacts (.vcf) and calendars (.ics).',
  },
  garbled: {
    title: () => 'Something answers, but not as it should.',
    next: 'Check the address; if it is right, please report it.',
  },
  login: {
    title: () => 'The account wants another password.',
    next: 'Connect the account again with its name and a new app password. Everything kept stays kept.',
  },
  certificate: {
    title: () => 'Nobody vouches for the certificate of the account’s server.',
    next: 'Connect the account again, and compare the fingerprint of the certificate.',
  },
  'no-tls': {
    title: () => 'What answers at this address does not encrypt (no TLS).',
    next: 'Check the port: encrypted and unencrypted connections usually have different ones.',
  },
  insecure: {
    title: () => 'The connection would not be encrypted.',
    next: 'Use https:// if the server has it.',
  },
  secrets: {
    title: () => 'The password cannot be kept or read.',
    next: 'Unlock the place where this computer keeps passwords, then try again.',
  },
  'bad-source': {
    title: (subject) => `This is not an address that Sidekeep knows${at(subject)}.`,
    next: 'A phone’s looks like 192.168.1.23:5555, an account’s like dav.example.org.',
  },
  taken: {
    title: (subject) => `There is one already${at(subject)}.`,
    next: 'Choose another name, or change the one that is there.',
  },
  'files-in-the-way': {
    title: (subject) => `Files are in the way${at(subject)}.`,
    next: 'Choose another folder, or have them replaced.',
  },
  'bad-order': { title: () => 'This export is not possible.', next: 'Choose differently and try again.' },
  running: { title: () => 'Something is running already.', next: 'Wait until it is done, or stop it first.' },
  bug: {
    title: () => 'Something went wrong that Sidekeep did not expect.',
    next: 'Try again. If it comes back, please report it with the details below.',
  },
};

export const errors = {
  kept: 'Everything that was kept is still kept.',
  screen: 'This page could not be shown.',
  kinds,
  untouched: 'Sidekeep has changed nothing there.',
  readOnly: 'The archive is read-only.',
  readOnlyText:
    'You can look at everything and export it. Nothing is mirrored until the folder can be written to again.',
  showArchive: 'Show the archive’s folder',
  chooseArchive: 'Choose the archive’s folder…',
  archiveAt: (folder: string) => `Archive: ${folder}`,
};
