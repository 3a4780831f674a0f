import type * as en from '../en/settings';
import { plural } from './plural';

export const settings: typeof en.settings = {
  title: 'Einstellungen',

  archive: 'Archiv',
  archiveText:
    'Ein einfacher Ordner: .vcf, .ics und die Originalfotos. Er lässt sich auch ohne Sidekeep öffnen.',
  show: 'Ordner zeigen',
  other: 'Anderes öffnen …',
  chooseArchive: 'Der Ordner eines Archivs oder ein leerer für ein neues',
  keptBytes: (bytes) => `${bytes} gesichert`,

  check: 'Prüfung',
  checkText:
    'Liest jede gesicherte Datei noch einmal und vergleicht sie mit ihrer Prüfsumme. Verändert wird nichts.',
  checkNow: 'Jetzt prüfen',
  checking: 'Wird geprüft',
  stop: 'Anhalten',
  checkedAt: (when) => `Zuletzt geprüft ${when}`,
  checkedNever: 'Noch nicht geprüft',
  checkedWell: 'Alle gesicherten Dateien sind unversehrt.',
  checkedIll: (n) =>
    plural(n, {
      one: '# Datei ist beschädigt oder fehlt. Spiegle noch einmal, solange sie noch da ist.',
      other: '# Dateien sind beschädigt oder fehlen. Spiegle noch einmal, solange sie noch da sind.',
    }),
  checkStopped: 'Vorzeitig angehalten, zählt daher nicht als Prüfung.',

  schedule: 'Automatisch spiegeln',
  when: 'Wann',
  scheduleOff: 'Nie',
  scheduleConnect: 'Sobald es erreichbar ist',
  scheduleDaily: 'Einmal am Tag',
  scheduleText: {
    off: 'Nur, wenn du „Jetzt spiegeln“ drückst.',
    connect: 'Sobald ein Telefon über Kabel oder Netzwerk antwortet oder ein Konto erreichbar ist.',
    daily: 'Einmal am Tag, sobald es erreichbar ist.',
  },
  scheduleTray: 'Dafür muss Sidekeep laufen; es genügt im Infobereich.',

  sources: 'Telefone, Konten und Ordner',
  sourcesText: 'Wo Sidekeep nach dem sucht, was es spiegelt.',
  noSources: 'Noch keine. Ein Telefon am Kabel erscheint von selbst.',
  add: 'Hinzufügen …',
  addTitle: 'Telefon oder Ordner hinzufügen',
  kind: 'Was',
  phone: 'Telefon im Netzwerk',
  folder: 'Ordner',
  address: 'Adresse',
  chooseFolder: 'Ordner wählen …',
  noFolder: 'Kein Ordner gewählt',
  name: 'Name',
  nameHint: 'Zum Beispiel „Annas Telefon“. Ohne Namen steht hier die Adresse.',
  addDo: 'Testen und hinzufügen',
  addAnyway: 'Trotzdem hinzufügen',
  notAnswering:
    'Gerade kommt keine Antwort. Du kannst es trotzdem hinzufügen; gespiegelt wird, sobald es antwortet.',
  rename: 'Umbenennen …',
  renameTitle: (name) => `${name} umbenennen`,
  renameDo: 'Umbenennen',
  forget: 'Vergessen …',
  menuOf: (name) => `Menü von ${name}`,
  test: 'Testen',
  linkWords: { usb: 'USB', network: 'Netzwerk', folder: 'Ordner', account: 'Konto' },
  ready: 'antwortet',
  notAsked: 'noch nicht geprüft',
  usedFor: (phone) => `zuletzt für ${phone} benutzt`,
  unremembered: 'gerade gefunden',
  belongsTo: (phone) => `gehört zu ${phone}`,

  copies: 'Zweitkopien',
  copiesText:
    'Kopien auf einen anderen Datenträger, über SFTP, WebDAV oder S3 kommen in einer späteren Version. Bis dahin kann jedes Sicherungsprogramm den Ordner des Archivs kopieren; mit der Datei SHA256SUMS darin lässt sich jede Kopie prüfen.',

  look: 'Erscheinungsbild und Sprache',
  appearance: 'Erscheinungsbild',
  lookSystem: 'Wie das System',
  lookLight: 'Hell',
  lookDark: 'Dunkel',
  language: 'Sprache',
  languageSystem: 'Wie das System',

  background: 'Im Hintergrund',
  autostart: 'Beim Anmelden starten',
  autostartText: 'Sidekeep wartet im Infobereich auf ein Telefon.',
  notifications: 'Benachrichtigungen',
  notificationsText: 'Wenn ein Durchgang fertig ist, etwas nicht stimmt oder etwas überfällig ist.',
  tray: 'Beim Schließen des Fensters im Infobereich bleiben',
  trayText: 'Das Schließen des Fensters hält nie einen Durchgang an.',

  privacy: 'Datenschutz',
  privacyText: [
    'Kein Konto bei uns, kein Server von uns, keine Telemetrie: Sidekeep erzählt niemandem etwas.',
    'Verbindung hat es nur zu den Telefonen, Konten und Ordnern, die oben stehen; im eigenen Netzwerk fragt es, welche Telefone da sind.',
    'Alles Gesicherte liegt im Ordner des Archivs; die Einstellungen liegen im Einstellungsordner dieses Computers. Sidekeep verschlüsselt beides nicht: Wer den Datenträger lesen kann, kann auch sie lesen.',
    'Auf ein Telefon oder in ein Konto wird nichts geschrieben, außer du stellst dort etwas wieder her.',
  ],

  about: 'Über',
  version: (version) => `Sidekeep ${version}`,
  startPage: 'Startseite zeigen',
  licence: 'Freie Software unter der MIT- oder der Apache-2.0-Lizenz.',
};
