import type { Change, Hold, Outcome, Purpose } from '../../ipc';
import { plural } from './plural';

const change: Record<Change, string> = {
  seen: 'First seen',
  changed: 'Changed',
  marked: 'Marks changed',
  gone: 'No longer there',
  back: 'There again',
};

/** What a run found of an item. */
const found: Record<Change, string> = {
  seen: 'New',
  changed: 'Changed',
  marked: 'Marks changed',
  gone: 'No longer there',
  back: 'There again',
};

/** How a mirror run ended, in a sentence. */
const mirrored: Record<Outcome, string> = {
  complete: 'Everything that the link can read was read.',
  partial: 'Not everything could be read. What came is kept, and nothing that was not read counts as gone.',
  failed: 'The run could not go on. What came until then is kept; nothing counts as gone.',
  cancelled: 'Stopped by you. What came until then is kept; the next run goes on from there.',
  interrupted: 'The run was cut off. What came until then is kept; nothing counts as gone.',
};

/** How a restore ended, in a sentence. */
const restored: Record<Outcome, string> = {
  complete: 'What was asked for is there, and what was written was read again as it was written.',
  partial: 'Not everything that was asked for is there as it was kept.',
  failed: 'The restore could not go on. What was written until then stays; nothing was deleted.',
  cancelled: 'Stopped by you. What was written until then stays; nothing was deleted.',
  interrupted: 'The restore was cut off. What was written until then stays; nothing was deleted.',
};

const checked: Record<Outcome, string> = {
  complete: 'All kept files were read again and are as they were kept.',
  partial: 'Not all kept files could be read again.',
  failed: 'The check found damage or could not go on.',
  cancelled: 'The check was stopped before its end.',
  interrupted: 'The check was cut off before its end.',
};

const hold: Record<Hold, string> = {
  open: 'Needs your decision',
  accepted: 'Accepted by you',
  refused: 'Old view kept by you',
  superseded: 'Settled by a later run',
};

const purpose: Record<Purpose, string> = {
  mirror: 'Mirror run',
  rescue: 'Rescue',
  decision: 'Your decision',
  check: 'Check of the archive',
  restore: 'Restore',
};

const damaged = (n: number) =>
  plural(n, { one: '# file damaged or missing', other: '# files damaged or missing' });

/** What a check that was made to its end found, where that is not simply that all is well. */
const check = {
  sample: 'A sample of the kept files was read again, and is as it was kept.',
  damaged: (n: number) =>
    plural(n, {
      one: 'The check found # file damaged or missing. Mirror again while it is still there.',
      other: 'The check found # files damaged or missing. Mirror again while they are still there.',
    }),
  unknown: 'What the check found can no longer be read.',
};

export const history = {
  title: 'History',
  empty: 'Nothing has happened yet',
  emptyText: 'Every run is kept here: what was added, what changed, and what is no longer there.',
  emptyAction: 'Go to Home',

  runs: 'Runs',
  runCount: (n: number) => plural(n, { zero: 'No runs', one: '# run', other: '# runs' }),
  allPhones: 'All sources',
  phones: 'Source',
  showing: 'Runs to show',
  show: {
    all: 'All runs',
    changes: 'With changes',
    trouble: 'With problems',
    open: 'Needs your decision',
  },
  nothingMatches: 'Nothing matches',
  nothingMatchesText: 'No run fits this filter.',
  showAll: 'Show all runs',
  choose: 'Choose a run',
  chooseText: 'See what it found, one by one, and what could not be read.',
  today: 'Today',
  yesterday: 'Yesterday',
  underWay: 'Under way',
  nothingNew: 'Nothing new',
  decided: 'A held-back change was decided',
  unknownPhone: 'A phone',

  groups: (n: number) => plural(n, { one: '# of them a group', other: '# of them groups' }),
  foreign: (n: number) =>
    plural(n, {
      one: '# of them not understood; it is kept as it came',
      other: '# of them not understood; they are kept as they came',
    }),
  added: (n: number) => plural(n, { one: '# new', other: '# new' }),
  changed: (n: number) => plural(n, { one: '# changed', other: '# changed' }),
  gone: (n: number) => plural(n, { one: '# gone', other: '# gone' }),
  back: (n: number) => plural(n, { one: '# back', other: '# back' }),
  unread: (n: number) => plural(n, { one: '# not read', other: '# not read' }),

  purpose,
  mirrored,
  restored,
  restoredNow: 'Put back as it counted then.',
  restoredAsOf: (when: string) => `Put back as it was on ${when}.`,
  undo: 'Undo: put back as it was before…',
  putBackBefore: 'Put back as it was before this run…',
  putBackDay: 'Put back…',
  checked,
  check,
  damaged,
  hold,
  change,
  found,
  underWayText: 'This run is still going on.',
  decisionText: 'You decided what becomes of a change that was held back.',
  took: (span: string) => `took ${span}`,
  received: (bytes: string) => `${bytes} received`,

  view: 'View',
  summary: 'Summary',
  items: (count: string) => `Changes (${count})`,
  columns: {
    kind: 'Kind',
    listed: 'There',
    added: 'New',
    changed: 'Changed',
    gone: 'Gone',
    back: 'Back',
  },
  byKind: 'What the run found, by kind',
  nothingJudged: 'This run ended before it could read anything.',

  suspicious: 'Something looks wrong',
  suspiciousIn: (kind: string, collection: string | null) => (collection ? `${kind}, “${collection}”` : kind),
  heldText:
    'This change is held back. Until you decide, Sidekeep shows the last good view. Nothing is deleted either way.',
  keep: 'Keep the old view',
  accept: 'Accept the change',
  keepTitle: 'Keep the old view?',
  acceptTitle: 'Accept the change?',
  keepText:
    'What Sidekeep shows and exports stays as it was before this run. What the run brought stays in the archive, set aside. If it is still so next time, you are asked again.',
  acceptText:
    'What Sidekeep shows and exports becomes what is there now. Everything from before stays in the archive with its history, and can be looked at by date.',
  decidedKeep: 'The old view stays.',
  decidedAccept: 'The change is accepted.',

  kindFilter: 'Kind',
  changeFilter: 'Change',
  allKinds: 'All kinds',
  allChanges: 'All changes',
  itemList: 'Changes of this run',
  shown: (n: number) => plural(n, { zero: 'no changes', one: '# change', other: '# changes' }),
  noItems: 'This run changed nothing',
  noItemsText: 'Everything there was kept already.',
  noItemMatches: 'Nothing like that in this run',
  open: 'Open',
  copyTitle: 'Copy the name',
  aside: 'held back',
  gathering: (done: string, total: string) => `Looking through ${done} of ${total}`,

  travel: 'Look back…',
  travelTitle: 'Look back to a day',
  travelText: 'Contacts, calendar, to-dos and photos show as they were at the end of that day.',
  travelDay: 'Day',
  travelMarks: 'A dot: something was mirrored that day.',
  travelLast: (day: string) => `The last run until then: ${day}.`,
  travelNone: 'Nothing had been mirrored by then.',
  withRuns: (day: string, n: number) => `${day}, ${plural(n, { one: '# run', other: '# runs' })}`,
  asOfRun: 'Look at the archive as it was then…',

  versions: 'History',
  versionsOf: (source: string) => `History in ${source}`,
  versionCount: (n: number) => plural(n, { one: '# version', other: '# versions' }),
  current: 'Current',
  setAside: 'kept, set aside',
  unreadable: 'This version is kept but cannot be shown.',
  differenceFrom: 'against the version before',
  fieldAdded: 'Added',
  fieldRemoved: 'Removed',
  fieldChanged: 'Changed',
  same: 'Nothing that Sidekeep shows is different.',
  more: (n: number) => plural(n, { one: '# more difference', other: '# more differences' }),
  olderVersions: (n: number) => plural(n, { one: '# older version', other: '# older versions' }),
  putBack: 'Put this version back…',
};
