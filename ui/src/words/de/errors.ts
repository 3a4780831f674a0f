import type { TroubleKind } from '../../ipc';
import type * as en from '../en/errors';

const at = (subject: string | null) => (subject ? ` (${subject})` : '');

const kinds: Record<TroubleKind, en.TroubleWords> = {
  'no-archive': {
    title: (subject) => `Hier ist kein Archiv${at(subject)}.`,
    next: 'Liegt es auf einem anderen Datenträger, schließe ihn an. Sonst wähle den Ordner, in dem es jetzt liegt.',
  },
  occupied: {
    title: (subject) => `In diesem Ordner liegen andere Dateien${at(subject)}.`,
    next: 'Wähle einen leeren Ordner oder einen, den es noch nicht gibt.',
  },
  'newer-format': {
    title: () => 'Dieses Archiv stammt von einem neueren Sidekeep.',
    next: 'Aktualisiere Sidekeep auf diesem Computer. Bis dahin lässt diese Version das Archiv, wie es ist; seine Fotos, .vcf- und .ics-Dateien lassen sich auch ohne Sidekeep öffnen.',
  },
  'archive-busy': {
    title: () => 'Ein anderes Sidekeep benutzt dieses Archiv.',
    next: 'Warte, bis es fertig ist, oder schließe es, und versuche es dann noch einmal.',
  },
  'disk-full': {
    title: () => 'Die Festplatte dieses Computers ist voll.',
    next: 'Schaffe Platz und spiegle dann noch einmal: Es geht dort weiter, wo es aufgehört hat.',
  },
  denied: {
    title: (subject) => `Dieser Computer lässt es nicht zu${at(subject)}.`,
    next: 'Prüfe, wer in den Ordner schreiben darf und ob der Datenträger schreibgeschützt ist.',
  },
  damaged: {
    title: (subject) => `Gesicherte Dateien fehlen oder sind beschädigt${at(subject)}.`,
    next: 'Spiegle noch einmal, solange sie noch da sind: Was fehlt, wird neu geholt.',
  },
  'not-found': { title: () => 'Das ist nicht mehr da.', next: 'Geh zurück und sieh noch einmal nach.' },
  stopped: {
    title: () => 'Angehalten.',
    next: 'Du kannst jederzeit neu beginnen: Es geht dort weiter, wo es aufgehört hat.',
  },
  disk: {
    title: (subject) => `Der Datenträger hat versagt${at(subject)}.`,
    next: 'Prüfe den Datenträger und seine Verbindung und versuche es dann noch einmal.',
  },
  unplugged: {
    title: () => 'Es gibt keine Verbindung.',
    next: 'Prüfe Kabel oder Netzwerk und ob Telefon oder Server eingeschaltet sind.',
  },
  locked: {
    title: () => 'Das Telefon ist gesperrt oder lädt nur.',
    next: 'Entsperre es und wähle darauf „Dateiübertragung“.',
  },
  'not-trusted': {
    title: () => 'Das Telefon fragt, ob es diesem Computer vertrauen soll.',
    next: 'Entsperre es und tippe auf „Zulassen“.',
  },
  'not-paired': {
    title: () => 'Dieser Computer ist nicht damit gekoppelt.',
    next: 'Öffne darauf „Debugging über WLAN“, tippe auf „Gerät mit einem Kopplungscode koppeln“ und gib diesen Code hier ein, unter Android, WLAN.',
  },
  'wrong-code': {
    title: () => 'Dort steht ein anderer Code.',
    next: 'Sieh noch einmal nach: Der Code ist jedes Mal ein neuer.',
  },
  'phone-busy': {
    title: () => 'Es kommt keine Antwort.',
    next: 'Ein Telefon: Schließe andere Programme, die es benutzen, und entsperre es. Ein Server: Warte ein paar Minuten. Versuche es dann noch einmal.',
  },
  refused: {
    title: () => 'Der Zugriff wird verweigert.',
    next: 'Am Telefon: Erlaube es in den Einstellungen (Entwickleroptionen). Am Kabel: Vielleicht fehlen diesem Computer die USB-Regeln; das Paket bringt sie mit. Bei einem Konto: Frage, wer den Server betreibt.',
  },
  missing: {
    title: (subject) => `Dort ist nichts zu finden${at(subject)}.`,
    next: 'Prüfe die Adresse oder den Namen des Ordners.',
  },
  unsupported: {
    title: () => 'Dieser Weg zu einem Telefon kommt in einer späteren Version.',
    next: 'Heute geht: Android über Kabel oder Netzwerk, Kameras, Konten und Ordner.',
  },
  'nothing-to-keep': {
    title: (subject) => `Hier ist nichts, was Sidekeep sichert${at(subject)}.`,
    next: 'Es sichert Fotos, Videos, Kontakte (.vcf) und Kalender (.ics).',
  },
  garbled: {
    title: () => 'Etwas antwortet, aber nicht, wie es sollte.',
    next: 'Prüfe die Adresse. Stimmt sie, melde es bitte.',
  },
  login: {
    title: () => 'Das Konto verlangt ein anderes Passwort.',
    next: 'Verbinde das Konto noch einmal, mit seinem Namen und einem neuen App-Passwort. Alles Gesicherte bleibt.',
  },
  certificate: {
    title: () => 'Für das Zertifikat des Kontoservers bürgt niemand.',
    next: 'Verbinde das Konto noch einmal und vergleiche den Fingerabdruck des Zertifikats.',
  },
  'no-tls': {
    title: () => 'Was unter dieser Adresse antwortet, verschlüsselt nicht (kein TLS).',
    next: 'Prüfe den Port: Verschlüsselte und unverschlüsselte Verbindungen haben meist verschiedene.',
  },
  insecure: {
    title: () => 'Die Verbindung wäre nicht verschlüsselt.',
    next: 'Nimm https://, wenn der Server das kann.',
  },
  secrets: {
    title: () => 'Das Passwort lässt sich nicht aufbewahren oder lesen.',
    next: 'Entsperre den Ort, an dem dieser Computer Passwörter aufbewahrt, und versuche es noch einmal.',
  },
  'bad-source': {
    title: (subject) => `Diese Adresse kennt Sidekeep nicht${at(subject)}.`,
    next: 'Die eines Telefons sieht so aus: 192.168.1.23:5555, die eines Kontos so: dav.example.org.',
  },
  taken: {
    title: (subject) => `Das gibt es schon${at(subject)}.`,
    next: 'Wähle einen anderen Namen oder ändere, was schon da ist.',
  },
  'files-in-the-way': {
    title: (subject) => `Dateien sind im Weg${at(subject)}.`,
    next: 'Wähle einen anderen Ordner oder lass sie ersetzen.',
  },
  'bad-order': {
    title: () => 'Dieser Export geht nicht.',
    next: 'Wähle anders und versuche es noch einmal.',
  },
  running: {
    title: () => 'Es läuft schon etwas.',
    next: 'Warte, bis es fertig ist, oder halte es zuerst an.',
  },
  bug: {
    title: () => 'Etwas ist schiefgegangen, womit Sidekeep nicht gerechnet hat.',
    next: 'Versuche es noch einmal. Passiert es wieder, melde es bitte mit den Details unten.',
  },
};

export const errors: typeof en.errors = {
  kept: 'Alles, was gesichert war, ist weiterhin gesichert.',
  screen: 'Diese Seite lässt sich nicht anzeigen.',
  kinds,
  untouched: 'Sidekeep hat dort nichts verändert.',
  readOnly: 'Das Archiv ist schreibgeschützt.',
  readOnlyText:
    'Du kannst alles ansehen und exportieren. Gespiegelt wird erst wieder, wenn der Ordner beschreibbar ist.',
  showArchive: 'Ordner des Archivs zeigen',
  chooseArchive: 'Ordner des Archivs wählen …',
  archiveAt: (folder) => `Archiv: ${folder}`,
};
