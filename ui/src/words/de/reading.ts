import type { Kind, Outcome, Reason, Suspicion } from '../../ipc';
import type * as en from '../en/reading';
import { number } from '../format';
import { common } from './common';
import { plural } from './plural';

const kinds: Record<Kind, string> = {
  contact: 'Kontakte',
  group: 'Gruppen',
  event: 'Termine',
  task: 'Aufgaben',
  message: 'Nachrichten',
  call: 'Anrufe',
  photo: 'Fotos',
  film: 'Videos',
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

const reasons: Record<Reason, (n: number) => string> = {
  refused: () => 'Der Zugriff wird verweigert; eine Berechtigung fehlt',
  missing: () => 'Das gibt es dort nicht',
  unsupported: () => 'Auf diesem Weg nicht lesbar',
  garbled: () => 'Die Antwort war unverständlich',
  unplugged: () => 'Die Verbindung ist abgebrochen',
  locked: () => 'Das Telefon war gesperrt',
  'not-trusted': () => 'Das Telefon vertraut diesem Computer noch nicht',
  busy: () => 'Es war beschäftigt oder antwortete nicht',
  'items-unreadable': (n) =>
    plural(n, {
      zero: 'Einiges ließ sich nicht lesen',
      one: '# ließ sich nicht lesen',
      other: '# ließen sich nicht lesen',
    }),
  'items-changing': (n) =>
    plural(n, {
      zero: 'Einiges änderte sich während des Lesens',
      one: '# änderte sich während des Lesens',
      other: '# änderten sich während des Lesens',
    }),
  'items-unnameable': (n) =>
    plural(n, {
      zero: 'Einige Namen waren nicht zu verstehen',
      one: '# Name war nicht zu verstehen',
      other: '# Namen waren nicht zu verstehen',
    }),
  'pictures-unreadable': (n) =>
    plural(n, {
      zero: 'Kontaktbilder waren nicht lesbar',
      one: '# Kontaktbild war nicht lesbar',
      other: '# Kontaktbilder waren nicht lesbar',
    }),
  'walked-only': () => 'Favoriten und Papierkorb sind nicht bekannt',
  picked: () => 'Nur das Ausgewählte wurde gelesen',
  'storage-away': () => 'Eine Speicherkarte, die vorher da war, fehlt',
  cancelled: () => 'Vorzeitig angehalten',
  disk: () => 'Die Festplatte dieses Computers war voll oder fehlerhaft',
};

const fields: Record<string, string> = {
  phones: 'Telefonnummern',
  emails: 'E-Mail-Adressen',
  addresses: 'Anschriften',
  groups: 'Gruppen',
  notes: 'Notizen',
  photo: 'Bilder',
  name: 'Namen',
  start: 'Anfangszeiten',
};

function suspicion(kind: Kind, held: Suspicion): string {
  const before = counted[kind](held.before);
  switch (held.suspicion) {
    case 'emptied':
      return `Alles ist weg: ${before}.`;
    case 'lost':
      return `Aus ${before} wurden ${counted[kind](held.before - held.lost)}.`;
    case 'changed':
      return `${common.of(number(held.changed), before)} haben sich auf einmal geändert.`;
    case 'field-lost':
      return `${common.of(number(held.lost), before)} haben alle ${fields[held.field] ?? held.field} verloren.`;
    case 'vanished':
      return `Nichts mehr davon ist dort; es waren ${before}.`;
  }
}

const outcomes: Record<Outcome, string> = {
  complete: 'Vollständig',
  partial: 'Unvollständig',
  failed: 'Fehlgeschlagen',
  cancelled: 'Angehalten',
  interrupted: 'Abgebrochen',
};

export const reading: typeof en.reading = { kinds, nouns: kinds, counted, reasons, suspicion, outcomes };
