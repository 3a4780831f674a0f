import { plural } from './plural';

export const rescue = {
  title: 'Rescue',
  lead: 'When the phone may be the only copy',
  leadText:
    'Rescue takes what matters most first: contacts, then calendars, to-dos and messages, then the newest photos, videos last. It writes nothing to the phone. Whatever has arrived is kept at once, even if the cable is pulled.',
  advice: 'Do this first',
  charge: 'Keep it charging',
  chargeText: 'Do not let it run empty, and do not take the battery out.',
  reset: 'Do not reset it, do not sign out',
  resetText: 'An empty account can empty the phone.',
  update: 'Do not update it',
  updateText: 'No system update, no app updates, until this is done.',
  plane: 'On a cable: switch on aeroplane mode',
  planeText: 'Then nothing on the phone can be changed from afar. Over Wi-Fi leave it off.',

  choose: 'Which phone?',
  none: 'No phone is here yet',
  noneText: 'Connect it by cable, unlock it, and tap Allow. It shows up here by itself.',
  how: 'How to connect it',
  lookAgain: 'Look again',
  notReady: (needs: string) => `Not ready: ${needs}`,
  begin: 'Rescue now',
  beginPhone: (phone: string) => `Rescue ${phone} now`,
  newPhone: 'Not mirrored before',

  going: (phone: string) => `Rescuing ${phone}`,
  thePhone: 'the phone',
  safe: 'Safe so far',
  nothingYet: 'Nothing yet',
  pull: 'Leave the phone connected and unlocked.',
  stop: 'Stop',
  otherRuns: 'Something else is running. Rescue can start once it is done or stopped.',

  endWell: 'Everything that can be read is here',
  endPart: 'Part of it is here',
  endNothing: 'Nothing could be read',
  came: 'What came',
  missing: 'What did not come',
  unread: (n: number, kind: string) =>
    plural(n, { one: `${kind}: # not readable`, other: `${kind}: # not readable` }),
  notWhole: (kind: string) => `${kind}: not all`,
  notReached: (kind: string) => `${kind}: not reached`,
  again: 'Rescue again',
  againText: 'Rescuing again goes on where it stopped and fetches only what is missing.',
  toHome: 'To Home',
};
