import type * as en from '../en/start';

export const start: typeof en.start = {
  title: 'Willkommen',
  lead: 'Behalte, was auf deinem Telefon ist',
  leadText:
    'Sidekeep kopiert Kontakte, Kalender, Fotos und Videos von einem Telefon in einen einfachen Ordner auf diesem Computer und behält jede Fassung. Dort ändert es nichts, und du musst dich nirgends anmelden.',
  phone: 'Telefon verbinden',
  phoneText: 'Über Kabel oder Netzwerk.',
  folder: 'Ordner importieren',
  folderText: 'Fotos, .vcf- und .ics-Dateien oder der Export eines anderen Dienstes.',
  demo: 'Mit einem Demo-Telefon umsehen',
  demoText: 'Erfundene Menschen, echte Dateien, ein echter Durchgang.',
  where: 'Alles wird gesichert in',
  change: 'Ändern …',
  chooseArchive: 'Ein Ordner für das Archiv',
  toHome: 'Zur Übersicht',

  which: 'Welches Telefon?',
  android: 'Android',
  androidText: 'Über USB oder WLAN, mit USB-Debugging.',
  iphone: 'iPhone oder iPad',
  iphoneText: 'Kommt später. Sieh, was heute geht.',
  account: 'Ein Konto',
  accountText: 'Kontakte und Kalender von iCloud, Fastmail, Nextcloud und anderen.',

  androidTitle: 'Ein Android-Telefon verbinden',
  way: 'Weg zum Telefon',
  cable: 'USB-Kabel',
  network: 'WLAN',
  developer: 'Entwickleroptionen einschalten',
  developerText:
    'Auf dem Telefon: Einstellungen › Über das Telefon, tippe dann siebenmal auf „Build-Nummer“.',
  debugging: 'USB-Debugging einschalten',
  debuggingText: 'Einstellungen › System › Entwickleroptionen › USB-Debugging.',
  plug: 'Kabel anschließen und „Zulassen“ antippen',
  plugText:
    'Entsperre das Telefon. Es fragt, ob es diesem Computer vertrauen soll: Hake „Von diesem Computer immer zulassen“ an und tippe auf „Zulassen“.',
  wireless: 'Debugging über WLAN einschalten',
  wirelessText:
    'Einstellungen › System › Entwickleroptionen › Debugging über WLAN. Telefon und Computer müssen im selben Netzwerk sein.',
  pair: 'Einmal koppeln, dann verbinden',
  pairText:
    'Tippe auf „Gerät mit einem Kopplungscode koppeln“. Gib die Adresse und den Code ein, die es zeigt.',
  pairAddress: 'Adresse beim Code',
  pairCode: 'Kopplungscode',
  doPair: 'Koppeln',
  isPairing: 'Wird gekoppelt …',
  paired: 'Gekoppelt. Das ist nur einmal nötig.',
  badPairAddress: 'Die Adresse beim Code sieht so aus: 192.168.1.23:37099, mit ihrem Port.',
  badCode: 'Der Code hat sechs Ziffern.',
  enter: 'Gib die Adresse hier ein',
  enterText: 'Die unter „IP-Adresse und Port“.',
  test: 'Verbindung testen',
  testing: 'Verbindung wird getestet …',
  testReady: 'Das Telefon antwortet. Du kannst es jetzt spiegeln.',
  badAddress: 'Eine Adresse sieht so aus: 192.168.1.23:41317.',
  found: 'Gefundene Telefone',
  looking: 'Telefone werden gesucht …',
  none: 'Noch kein Telefon gefunden. Es erscheint hier von selbst.',
  lookAgain: 'Erneut suchen',
  mirror: 'Jetzt spiegeln',

  iphoneTitle: 'Ein iPhone oder iPad',
  iphoneLater:
    'Ein iPhone über das Kabel auszulesen, kann diese Version noch nicht. Das kommt später: zuerst Fotos und Videos, dann Kontakte, Kalender und Nachrichten.',
  accountTitle: 'Ein Konto verbinden',
  today: 'Was heute geht: ein Ordner',
  iphonePhotos:
    'Fotos: Kopiere sie mit dem Fotoimport des Systems in einen Ordner oder teile sie als Dateien.',
  iphoneContacts: 'Kontakte: iCloud.com › Kontakte › „vCard exportieren“ ergibt eine .vcf-Datei.',
  iphoneCalendars: 'Kalender: Gib sie auf iCloud.com öffentlich frei und lade dann die .ics-Datei herunter.',
  again:
    'Lege die Dateien in einen Ordner und importiere ihn. Machst du das später noch einmal, wird jede Änderung gesichert.',
  choose: 'Ordner wählen …',

  runTitle: 'Wird gespiegelt',
  runDemo: 'Das Demo-Telefon wird gespiegelt. So sieht es auch mit deinem aus.',
  runText: 'Was ankommt, ist sofort gesichert. Du kannst das Fenster schließen; es läuft weiter.',
  doneTitle: 'Gesichert',
  partTitle: 'Nicht alles ist angekommen',
  look: 'Ansehen',
  stop: 'Anhalten',
};
