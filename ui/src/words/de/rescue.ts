import type * as en from '../en/rescue';
import { plural } from './plural';

export const rescue: typeof en.rescue = {
  title: 'Retten',
  lead: 'Wenn das Telefon die einzige Kopie sein könnte',
  leadText:
    'Retten holt das Wichtigste zuerst: Kontakte, dann Kalender, Aufgaben und Nachrichten, dann die neuesten Fotos, Videos zuletzt. Auf das Telefon wird nichts geschrieben. Was angekommen ist, ist sofort gesichert, auch wenn das Kabel gezogen wird.',
  advice: 'Tu das zuerst',
  charge: 'Lass es am Ladegerät',
  chargeText: 'Lass es nicht leer werden und nimm den Akku nicht heraus.',
  reset: 'Setze es nicht zurück, bleib angemeldet',
  resetText: 'Ein leeres Konto kann das Telefon leeren.',
  update: 'Aktualisiere es nicht',
  updateText: 'Weder das System noch Apps, bis das hier fertig ist.',
  plane: 'Am Kabel: Schalte den Flugmodus ein',
  planeText:
    'Dann kann aus der Ferne nichts auf dem Telefon geändert werden. Über WLAN lass ihn ausgeschaltet.',

  choose: 'Welches Telefon?',
  none: 'Noch kein Telefon da',
  noneText: 'Verbinde es per Kabel, entsperre es und tippe auf „Zulassen“. Es erscheint hier von selbst.',
  how: 'So verbindest du es',
  lookAgain: 'Erneut suchen',
  notReady: (needs) => `Nicht bereit: ${needs}`,
  begin: 'Jetzt retten',
  beginPhone: (phone) => `${phone} jetzt retten`,
  newPhone: 'Noch nie gespiegelt',

  going: (phone) => `Wird gerettet: ${phone}`,
  thePhone: 'das Telefon',
  safe: 'Bisher in Sicherheit',
  nothingYet: 'Noch nichts',
  pull: 'Lass das Telefon verbunden und entsperrt.',
  stop: 'Anhalten',
  otherRuns: 'Es läuft schon etwas anderes. Retten kannst du, sobald es fertig oder angehalten ist.',

  endWell: 'Alles, was sich lesen lässt, ist da',
  endPart: 'Ein Teil ist da',
  endNothing: 'Nichts ließ sich lesen',
  came: 'Angekommen',
  missing: 'Nicht angekommen',
  unread: (n, kind) => plural(n, { one: `${kind}: # nicht lesbar`, other: `${kind}: # nicht lesbar` }),
  notWhole: (kind) => `${kind}: nicht alle`,
  notReached: (kind) => `${kind}: nicht erreicht`,
  again: 'Noch einmal retten',
  againText: 'Beim nächsten Mal geht es dort weiter, wo es aufgehört hat; geholt wird nur, was fehlt.',
  toHome: 'Zur Übersicht',
};
