import type * as en from '../en/rescue';
import { plural } from './plural';

export const rescue: typeof en.rescue = {
  title: 'Retten',
  lead: 'Wenn das Telefon die einzige Kopie sein könnte',
  leadText:
    'Retten holt das Wichtigste zuerst: Kontakte, dann Kalender, Aufgaben und Nachrichten, dann die neuesten Fotos, Videos zuletzt. Auf das Telefon wird nichts geschrieben. Was angekommen ist, ist sofort bewahrt, auch wenn das Kabel gezogen wird.',
  advice: 'Zuerst',
  charge: 'Am Ladegerät lassen',
  chargeText: 'Nicht leer werden lassen und den Akku nicht herausnehmen.',
  reset: 'Nicht zurücksetzen, nicht abmelden',
  resetText: 'Ein leeres Konto kann das Telefon leeren.',
  update: 'Nicht aktualisieren',
  updateText: 'Weder System noch Apps, bis das hier fertig ist.',
  plane: 'Am Kabel: Flugmodus einschalten',
  planeText:
    'Dann kann nichts auf dem Telefon aus der Ferne geändert werden. Über WLAN ausgeschaltet lassen.',

  choose: 'Welches Telefon?',
  none: 'Noch ist kein Telefon da',
  noneText: 'Per Kabel verbinden, entsperren und „Zulassen“ antippen. Es erscheint hier von selbst.',
  how: 'So wird es verbunden',
  lookAgain: 'Noch einmal suchen',
  notReady: (needs) => `Nicht bereit: ${needs}`,
  begin: 'Jetzt retten',
  beginPhone: (phone) => `${phone} jetzt retten`,
  newPhone: 'Ein noch nie gespiegeltes Telefon',

  going: (phone) => `Wird gerettet: ${phone}`,
  thePhone: 'das Telefon',
  safe: 'Bisher in Sicherheit',
  nothingYet: 'Noch nichts',
  pull: 'Das Telefon verbunden und entsperrt lassen.',
  stop: 'Anhalten',
  otherRuns: 'Es läuft schon etwas anderes. Retten kann beginnen, wenn es fertig oder angehalten ist.',

  endWell: 'Alles, was sich lesen lässt, ist da',
  endPart: 'Ein Teil ist da',
  endNothing: 'Nichts ließ sich lesen',
  came: 'Was kam',
  missing: 'Was nicht kam',
  unread: (n, kind) => plural(n, { one: `${kind}: # nicht lesbar`, other: `${kind}: # nicht lesbar` }),
  notWhole: (kind) => `${kind}: nicht alle`,
  notReached: (kind) => `${kind}: nicht erreicht`,
  again: 'Noch einmal retten',
  againText: 'Noch einmal retten geht dort weiter, wo es aufhörte, und holt nur, was fehlt.',
  toHome: 'Zur Übersicht',
};
