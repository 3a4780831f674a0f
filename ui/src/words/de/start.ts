import type * as en from '../en/start';

export const start: typeof en.start = {
  title: 'Willkommen',
  lead: 'Bewahren, was auf dem Telefon ist',
  leadText:
    'Sidekeep kopiert Kontakte, Kalender, Fotos und Videos von einem Telefon in einen einfachen Ordner auf diesem Computer und bewahrt jede Fassung. Auf dem Telefon ändert es nichts, und ein Konto braucht es nicht.',
  phone: 'Telefon verbinden',
  phoneText: 'Über Kabel oder Netzwerk.',
  folder: 'Ordner hereinholen',
  folderText: 'Fotos, .vcf- und .ics-Dateien oder der Export eines anderen Dienstes.',
  demo: 'Mit einem Demo-Telefon umsehen',
  demoText: 'Erfundene Menschen, echte Dateien, ein echter Durchgang.',
  where: 'Alles wird bewahrt in',
  change: 'Ändern …',
  chooseArchive: 'Ein Ordner für das Archiv',
  toHome: 'Zur Übersicht',

  which: 'Welches Telefon?',
  android: 'Android',
  androidText: 'Über USB oder WLAN, mit USB-Debugging.',
  iphone: 'iPhone oder iPad',
  iphoneText: 'Kommt später. Was heute geht.',
  account: 'Ein Konto',
  accountText: 'iCloud, Google, Nextcloud. Kommt später.',

  androidTitle: 'Ein Android-Telefon verbinden',
  way: 'Weg zum Telefon',
  cable: 'USB-Kabel',
  network: 'WLAN',
  developer: 'Entwickleroptionen einschalten',
  developerText:
    'Auf dem Telefon: Einstellungen › Über das Telefon, dann siebenmal auf „Build-Nummer“ tippen.',
  debugging: 'USB-Debugging einschalten',
  debuggingText: 'Einstellungen › System › Entwickleroptionen › USB-Debugging.',
  plug: 'Kabel anschließen und „Zulassen“ antippen',
  plugText:
    'Das Telefon entsperren. Es fragt, ob es diesem Computer vertrauen soll: „Von diesem Computer immer zulassen“ anhaken und „Zulassen“ antippen.',
  adb: 'Sidekeep spricht mit dem Telefon über adb, Googles eigenes freies Werkzeug. Erscheint unten kein Telefon, das Paket „adb“ installieren und ausführen:',
  adbStart: 'adb start-server',
  wireless: 'Debugging über WLAN einschalten',
  wirelessText:
    'Einstellungen › System › Entwickleroptionen › Debugging über WLAN. Telefon und Computer sind im selben Netzwerk.',
  pair: 'Einmal koppeln, dann verbinden',
  pairText:
    '„Gerät mit einem Kopplungscode koppeln“ antippen. Auf diesem Computer, mit der Adresse und dem Code, die das Telefon zeigt:',
  pairCommand: 'adb pair 192.168.1.23:37099',
  connectCommand: 'adb connect 192.168.1.23:41317',
  enter: 'Die Adresse hier eingeben',
  enterText: 'Die unter „IP-Adresse und Port“.',
  test: 'Verbindung testen',
  testing: 'Wird getestet …',
  testReady: 'Das Telefon antwortet. Es ist gemerkt und lässt sich jetzt spiegeln.',
  badAddress: 'Eine Adresse sieht so aus: 192.168.1.23:41317.',
  found: 'Gefundene Telefone',
  looking: 'Telefone werden gesucht …',
  none: 'Noch kein Telefon gefunden. Es erscheint hier von selbst.',
  lookAgain: 'Noch einmal suchen',
  mirror: 'Jetzt spiegeln',

  iphoneTitle: 'Ein iPhone oder iPad',
  iphoneLater:
    'Ein iPhone über sein Kabel zu lesen, kann diese Version noch nicht. Es kommt später: zuerst Fotos und Videos, dann Kontakte, Kalender und Nachrichten.',
  accountTitle: 'Ein Konto',
  accountLater:
    'Kontakte und Kalender unmittelbar aus einem Konto zu lesen (CardDAV und CalDAV), kann diese Version noch nicht. Es kommt später.',
  today: 'Was heute geht: ein Ordner',
  iphonePhotos: 'Fotos: mit dem Fotoimport des Systems kopieren oder als Dateien teilen, in einen Ordner.',
  iphoneContacts: 'Kontakte: iCloud.com › Kontakte › „vCard exportieren“ gibt eine .vcf-Datei.',
  iphoneCalendars: 'Kalender: auf iCloud.com öffentlich freigeben und dann die .ics-Datei laden.',
  accountGoogle:
    'Google: takeout.google.com gibt Kontakte (.vcf), Kalender (.ics) und Fotos in einem Ordner.',
  accountNextcloud:
    'Nextcloud: Kontakte › Einstellungen › Exportieren und Kalender › Bearbeiten › Exportieren geben .vcf- und .ics-Dateien.',
  accountApple: 'iCloud: Kontakte › „vCard exportieren“ auf iCloud.com.',
  again:
    'Die Dateien in einen Ordner legen und ihn hereinholen. Später noch einmal getan, bewahrt es jede Änderung.',
  choose: 'Ordner wählen …',

  runTitle: 'Wird gespiegelt',
  runDemo: 'Das Demo-Telefon wird gespiegelt. So sieht es auch mit dem eigenen aus.',
  runText: 'Was ankommt, ist sofort bewahrt. Das Fenster darf geschlossen werden; es läuft weiter.',
  doneTitle: 'Es ist bewahrt',
  partTitle: 'Nicht alles kam an',
  look: 'Ansehen',
  stop: 'Anhalten',
};
