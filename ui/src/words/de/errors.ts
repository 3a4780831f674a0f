import type { TroubleKind } from '../../ipc';
import type * as en from '../en/errors';

const at = (subject: string | null) => (subject ? ` (${subject})` : '');

const kinds: Record<TroubleKind, en.TroubleWords> = {
  'no-archive': {
    title: (subject) => `Hier ist kein Archiv${at(subject)}.`,
    next: 'Liegt es auf einem anderen Datenträger, diesen anschließen. Sonst den Ordner wählen, in dem es jetzt liegt.',
  },
  occupied: {
    title: (subject) => `In diesem Ordner liegen andere Dateien${at(subject)}.`,
    next: 'Einen leeren Ordner wählen oder einen, den es noch nicht gibt.',
  },
  'newer-format': {
    title: () => 'Dieses Archiv hat ein neueres Sidekeep geschrieben.',
    next: 'Sidekeep auf diesem Computer aktualisieren. Bis dahin lässt diese Version das Archiv, wie es ist; seine Fotos, .vcf- und .ics-Dateien öffnen sich auch ohne Sidekeep.',
  },
  'archive-busy': {
    title: () => 'Ein anderes Sidekeep benutzt dieses Archiv.',
    next: 'Warten, bis es fertig ist, oder es schließen und es dann noch einmal versuchen.',
  },
  'disk-full': {
    title: () => 'Der Datenträger dieses Computers ist voll.',
    next: 'Platz schaffen und dann noch einmal spiegeln: Es geht dort weiter, wo es aufhörte.',
  },
  denied: {
    title: (subject) => `Dieser Computer lässt es nicht zu${at(subject)}.`,
    next: 'Prüfen, wer in dem Ordner schreiben darf und ob der Datenträger nur gelesen werden kann.',
  },
  damaged: {
    title: (subject) => `Bewahrte Daten fehlen oder sind verändert${at(subject)}.`,
    next: 'Das Telefon noch einmal spiegeln, solange es sie noch hat: Was fehlt, wird neu geholt.',
  },
  'not-found': { title: () => 'Das ist nicht mehr da.', next: 'Zurückgehen und noch einmal nachsehen.' },
  stopped: {
    title: () => 'Angehalten.',
    next: 'Jederzeit neu beginnen: Es geht dort weiter, wo es aufhörte.',
  },
  disk: {
    title: (subject) => `Der Datenträger hat versagt${at(subject)}.`,
    next: 'Den Datenträger und seine Verbindung prüfen und es dann noch einmal versuchen.',
  },
  unplugged: {
    title: () => 'Das Telefon ist nicht da.',
    next: 'Kabel oder Netzwerk prüfen, und ob das Telefon eingeschaltet ist.',
  },
  locked: { title: () => 'Das Telefon ist gesperrt.', next: 'Entsperren und entsperrt lassen.' },
  'not-trusted': {
    title: () => 'Das Telefon fragt, ob es diesem Computer vertrauen soll.',
    next: 'Entsperren und auf „Zulassen“ tippen.',
  },
  'phone-busy': {
    title: () => 'Das Telefon antwortet nicht.',
    next: 'Andere Programme schließen, die es benutzen, es entsperren und es dann noch einmal versuchen.',
  },
  refused: {
    title: () => 'Das Telefon verweigert es.',
    next: 'In den Einstellungen des Telefons erlauben (Entwickleroptionen) und es dann noch einmal versuchen.',
  },
  missing: {
    title: (subject) => `Dort war nichts zu finden${at(subject)}.`,
    next: 'Die Adresse oder den Namen des Ordners prüfen.',
  },
  unsupported: {
    title: () => 'Dieser Weg zu einem Telefon kommt in einer späteren Version.',
    next: 'Heute: Android über Kabel oder Netzwerk, und Ordner.',
  },
  garbled: {
    title: () => 'Etwas antwortet, aber nicht wie ein Telefon.',
    next: 'Die Adresse prüfen; ist es doch ein Telefon, bitte melden.',
  },
  'bad-source': {
    title: (subject) => `Das ist keine Adresse eines Telefons${at(subject)}.`,
    next: 'Eine Adresse sieht so aus: 192.168.1.23:5555.',
  },
  'files-in-the-way': {
    title: (subject) => `Dateien sind im Weg${at(subject)}.`,
    next: 'Einen anderen Ordner wählen oder sie ersetzen lassen.',
  },
  'bad-order': { title: () => 'Dieser Export geht nicht.', next: 'Anders wählen und noch einmal versuchen.' },
  running: {
    title: () => 'Es läuft schon etwas.',
    next: 'Warten, bis es fertig ist, oder es zuerst anhalten.',
  },
  bug: {
    title: () => 'Es ist etwas geschehen, womit Sidekeep nicht gerechnet hat.',
    next: 'Noch einmal versuchen. Kommt es wieder, bitte mit den Einzelheiten unten melden.',
  },
};

export const errors: typeof en.errors = {
  kept: 'Alles, was bewahrt war, ist weiterhin bewahrt.',
  screen: 'Diese Seite ließ sich nicht zeigen.',
  kinds,
  untouched: 'Sidekeep hat dort nichts verändert.',
  readOnly: 'Das Archiv kann nur gelesen werden.',
  readOnlyText:
    'Alles lässt sich ansehen und exportieren. Gespiegelt wird erst wieder, wenn der Ordner beschreibbar ist.',
  showArchive: 'Ordner des Archivs zeigen',
  chooseArchive: 'Ordner des Archivs wählen …',
  archiveAt: (folder) => `Archiv: ${folder}`,
};
