import type * as en from '../en/history';
import { plural } from './plural';

export const history: typeof en.history = {
  title: 'Verlauf',
  empty: 'Noch nichts passiert',
  emptyText:
    'Hier steht jeder Durchgang: was dazukam, was sich geändert hat und was nicht mehr auf dem Telefon ist.',
  emptyAction: 'Zur Übersicht',

  runs: 'Durchgänge',
  runCount: (n) => plural(n, { zero: 'Keine Durchgänge', one: '# Durchgang', other: '# Durchgänge' }),
  allPhones: 'Alle Telefone',
  phones: 'Telefon',
  showing: 'Welche Durchgänge',
  show: {
    all: 'Alle Durchgänge',
    changes: 'Mit Änderungen',
    trouble: 'Mit Problemen',
    open: 'Du musst entscheiden',
  },
  nothingMatches: 'Nichts gefunden',
  nothingMatchesText: 'Kein Durchgang passt zu diesem Filter.',
  showAll: 'Alle Durchgänge zeigen',
  choose: 'Wähle einen Durchgang',
  chooseText: 'Dann siehst du hier im Einzelnen, was er fand und was sich nicht lesen ließ.',
  today: 'Heute',
  yesterday: 'Gestern',
  underWay: 'Läuft gerade',
  nothingNew: 'Nichts Neues',
  decided: 'Über eine zurückgehaltene Änderung wurde entschieden',
  unknownPhone: 'Ein Telefon',

  added: (n) => plural(n, { one: '# neu', other: '# neu' }),
  changed: (n) => plural(n, { one: '# geändert', other: '# geändert' }),
  gone: (n) => plural(n, { one: '# weg', other: '# weg' }),
  back: (n) => plural(n, { one: '# wieder da', other: '# wieder da' }),
  unread: (n) => plural(n, { one: '# nicht gelesen', other: '# nicht gelesen' }),

  purpose: {
    mirror: 'Spiegelung',
    rescue: 'Rettung',
    decision: 'Deine Entscheidung',
    check: 'Prüfung des Archivs',
    restore: 'Wiederherstellung',
  },
  mirrored: {
    complete: 'Alles, was auf diesem Weg lesbar ist, wurde gelesen.',
    partial:
      'Nicht alles ließ sich lesen. Was ankam, ist gesichert, und nichts Ungelesenes gilt als verschwunden.',
    failed: 'Es ging nicht weiter. Was bis dahin ankam, ist gesichert; nichts gilt als verschwunden.',
    cancelled:
      'Von dir angehalten. Was bis dahin ankam, ist gesichert; beim nächsten Mal geht es dort weiter.',
    interrupted:
      'Der Durchgang wurde abgebrochen. Was bis dahin ankam, ist gesichert; nichts gilt als verschwunden.',
  },
  checked: {
    complete: 'Alle gesicherten Dateien wurden noch einmal gelesen und sind unversehrt.',
    partial: 'Nicht alle gesicherten Dateien ließen sich noch einmal lesen.',
    failed: 'Die Prüfung fand Schäden oder kam nicht weiter.',
    cancelled: 'Die Prüfung wurde vorzeitig angehalten.',
    interrupted: 'Die Prüfung wurde vorzeitig abgebrochen.',
  },
  check: {
    sample: 'Eine Stichprobe der gesicherten Dateien wurde noch einmal gelesen und ist unversehrt.',
    damaged: (n) =>
      plural(n, {
        one: 'Die Prüfung fand # beschädigte oder fehlende Datei. Spiegle das Telefon noch einmal, solange es sie noch hat.',
        other:
          'Die Prüfung fand # beschädigte oder fehlende Dateien. Spiegle das Telefon noch einmal, solange es sie noch hat.',
      }),
    unknown: 'Was die Prüfung ergeben hat, ist nicht mehr lesbar.',
  },
  damaged: (n) =>
    plural(n, { one: '# Datei beschädigt oder nicht da', other: '# Dateien beschädigt oder nicht da' }),
  hold: {
    open: 'Du musst entscheiden',
    accepted: 'Von dir angenommen',
    refused: 'Alter Stand von dir behalten',
    superseded: 'Durch einen späteren Durchgang erledigt',
  },
  change: {
    seen: 'Zum ersten Mal gesehen',
    changed: 'Geändert',
    marked: 'Markierungen geändert',
    gone: 'Nicht mehr auf dem Telefon',
    back: 'Wieder auf dem Telefon',
  },
  found: {
    seen: 'Neu',
    changed: 'Geändert',
    marked: 'Markierungen geändert',
    gone: 'Nicht mehr auf dem Telefon',
    back: 'Wieder auf dem Telefon',
  },
  underWayText: 'Dieser Durchgang läuft noch.',
  decisionText: 'Du hast entschieden, was aus einer zurückgehaltenen Änderung wird.',
  took: (span) => `Dauer ${span}`,
  received: (bytes) => `${bytes} empfangen`,

  view: 'Ansicht',
  summary: 'Überblick',
  items: (count) => `Änderungen (${count})`,
  columns: {
    kind: 'Art',
    listed: 'Auf dem Telefon',
    added: 'Neu',
    changed: 'Geändert',
    gone: 'Weg',
    back: 'Wieder da',
  },
  byKind: 'Was gefunden wurde, nach Art',
  nothingJudged: 'Dieser Durchgang endete, bevor etwas gelesen werden konnte.',

  suspicious: 'Hier stimmt etwas nicht',
  suspiciousIn: (kind, collection) => (collection ? `${kind}, „${collection}“` : kind),
  heldText:
    'Diese Änderung wird zurückgehalten. Bis du entscheidest, zeigt Sidekeep den letzten guten Stand. Gelöscht wird in keinem Fall etwas.',
  keep: 'Alten Stand behalten',
  accept: 'Änderung annehmen',
  keepTitle: 'Alten Stand behalten?',
  acceptTitle: 'Änderung annehmen?',
  keepText:
    'Was Sidekeep zeigt und exportiert, bleibt wie vor diesem Durchgang. Was dabei ankam, bleibt beiseitegelegt im Archiv. Sagt das Telefon beim nächsten Mal noch dasselbe, wirst du wieder gefragt.',
  acceptText:
    'Was Sidekeep zeigt und exportiert, wird zu dem, was das Telefon jetzt sagt. Alles von vorher bleibt mit seinem Verlauf im Archiv und lässt sich nach Datum ansehen.',
  decidedKeep: 'Der alte Stand bleibt.',
  decidedAccept: 'Die Änderung ist angenommen.',

  kindFilter: 'Art',
  changeFilter: 'Änderung',
  allKinds: 'Alle Arten',
  allChanges: 'Alle Änderungen',
  itemList: 'Änderungen dieses Durchgangs',
  shown: (n) => plural(n, { zero: 'keine Änderungen', one: '# Änderung', other: '# Änderungen' }),
  noItems: 'Dieser Durchgang hat nichts geändert',
  noItemsText: 'Alles auf dem Telefon war schon gesichert.',
  noItemMatches: 'Nichts dergleichen in diesem Durchgang',
  open: 'Öffnen',
  copyTitle: 'Namen kopieren',
  aside: 'zurückgehalten',
  gathering: (done, total) => `${done} von ${total} durchgesehen`,

  travel: 'Zurückblicken …',
  travelTitle: 'Auf einen Tag zurückblicken',
  travelText: 'Kontakte, Kalender, Aufgaben und Fotos erscheinen so, wie sie am Ende dieses Tages waren.',
  travelDay: 'Tag',
  travelMarks: 'Ein Punkt heißt: An diesem Tag wurde ein Telefon gespiegelt.',
  travelLast: (day) => `Der letzte Durchgang bis dahin: ${day}.`,
  travelNone: 'Bis dahin war noch nichts gespiegelt.',
  withRuns: (day, n) => `${day}, ${plural(n, { one: '# Durchgang', other: '# Durchgänge' })}`,
  asOfRun: 'Archiv von damals ansehen …',

  versions: 'Verlauf',
  versionCount: (n) => plural(n, { one: '# Fassung', other: '# Fassungen' }),
  current: 'Aktuell',
  setAside: 'gesichert, beiseitegelegt',
  unreadable: 'Diese Fassung ist gesichert, lässt sich aber nicht anzeigen.',
  differenceFrom: 'gegenüber der Fassung davor',
  fieldAdded: 'Dazugekommen',
  fieldRemoved: 'Entfernt',
  fieldChanged: 'Geändert',
  same: 'An dem, was Sidekeep zeigt, hat sich nichts geändert.',
  more: (n) => plural(n, { one: '# weiterer Unterschied', other: '# weitere Unterschiede' }),
  olderVersions: (n) => plural(n, { one: '# ältere Fassung', other: '# ältere Fassungen' }),
  putBack: 'Diese Fassung wiederherstellen …',
  putBackReason:
    'Eine Fassung auf dem Telefon wiederherzustellen, kommt in einer späteren Version. Bis dahin bleibt jede Fassung gesichert.',
};
