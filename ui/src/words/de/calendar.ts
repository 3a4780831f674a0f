import * as format from '../format';
import type { Repeats } from '../../screens/calendar/rule';
import type * as en from '../en/calendar';
import { plural } from './plural';

/** Ein Wochentag; der 2024-01-01 war ein Montag. */
const weekday = (day: number) => format.parts(`2024-01-0${day}`, { weekday: 'long' });
const month = (month: number) => format.parts(`2024-${String(month).padStart(2, '0')}-01`, { month: 'long' });
const nth = (n: number) => ['letzten', '', 'ersten', 'zweiten', 'dritten', 'vierten', 'fünften'][n + 1] ?? '';

/** `Alle 2 Wochen am Montag und Freitag, bis 31. März 2027` */
function repeats({ unit, every, days, dates, months, times, until }: Repeats): string {
  const names = days.map(({ day, nth: n }) => (n === 0 ? weekday(day) : `${nth(n)} ${weekday(day)}`));
  const working = days.length === 5 && days.every(({ day }) => day <= 5);
  const inMonths = months.map((one) => month(one));
  const on =
    names.length > 0
      ? working
        ? ' von Montag bis Freitag'
        : ` am ${format.list(names)}`
      : dates.length > 0
        ? ` am ${format.list(dates.map((date) => (date === -1 ? 'letzten Tag' : `${date}.`)))}`
        : '';
  const joined = dates.length > 0 && dates[0] !== -1 ? ' ' : ' im ';
  const within = months.length > 0 ? `${on ? joined : ' im '}${format.list(inMonths)}` : '';
  const units: Record<Repeats['unit'], string> = {
    day: plural(every, { one: 'Jeden Tag', other: 'Alle # Tage' }),
    week: plural(every, { one: 'Jede Woche', other: 'Alle # Wochen' }),
    month: plural(every, { one: 'Jeden Monat', other: 'Alle # Monate' }),
    year: plural(every, { one: 'Jedes Jahr', other: 'Alle # Jahre' }),
  };
  const end =
    times !== null
      ? `, ${plural(times, { one: 'einmal', other: '#-mal' })}`
      : until !== null
        ? `, bis ${format.date(until)}`
        : '';
  return `${units[unit]}${on}${within}${end}`;
}

export const calendar: typeof en.calendar = {
  title: 'Kalender',
  empty: 'Noch keine Termine',
  emptyText: 'Termine erscheinen hier, sobald ein Telefon oder Konto zum ersten Mal gespiegelt ist.',
  emptyAction: 'Zur Übersicht',
  trouble: 'Der Kalender ließ sich nicht lesen',

  view: 'Ansicht',
  views: { month: 'Monat', week: 'Woche', agenda: 'Liste' },
  today: 'Heute',
  previous: { month: 'Vorheriger Monat', week: 'Vorherige Woche', agenda: 'Einen Monat zurück' },
  next: { month: 'Nächster Monat', week: 'Nächste Woche', agenda: 'Einen Monat weiter' },
  week: (number) => `Woche ${number}`,
  weekShort: (number) => `KW ${number}`,
  allDay: 'ganztägig',
  allDayArea: 'Ganztägig',
  now: 'Jetzt',
  more: (n) => `+${n}`,
  moreOn: (n, day) => plural(n, { one: `# weiterer am ${day}`, other: `# weitere am ${day}` }),
  showAll: (n) => plural(n, { one: '# weiterer', other: '# weitere' }),
  dayLabel: (day, events) => `${day}, ${events}`,
  noneOn: 'Keine Termine',
  openWeek: 'Woche öffnen',
  noneIn: 'Keine Termine in diesen zwölf Monaten',
  noneInText: 'Blättere weiter zurück oder voraus oder blende mehr Kalender ein.',

  calendars: 'Kalender',
  ofPhone: (phone) => `Kalender von ${phone}`,
  noCalendars: 'Keine Kalender gesichert.',
  show: (name) => `${name} einblenden`,
  showAllCalendars: 'Alle Kalender einblenden',
  allHidden: 'Alle Kalender sind ausgeblendet',
  alsoIn: (calendar, source) => `Auch in ${calendar} · ${source}`,
  birthdays: 'aus den Kontakten erstellt',
  notRead: (reason) => `Nicht vollständig gelesen: ${reason}`,

  event: (parts) => parts.join(', '),
  from: (start, end) => `${start} bis ${end}`,
  range: (start, end) => `${start} – ${end}`,
  hours: (start, end) => `${start}–\u2060${end}`,
  cancelled: 'abgesagt',
  repeated: 'wiederholt sich',
  changedOnce: 'dieses eine Mal verschoben oder geändert',
  brokenShort: 'Regel nicht verstanden',
  untitled: 'Ohne Titel',

  menu: 'Menü des Kalenders',
  open: 'Öffnen',
  exporting: 'Exportieren …',
  hide: (name) => `„${name}“ ausblenden`,
  only: (name) => `Nur „${name}“ zeigen`,

  detail: 'Termin',
  closeDetail: 'Schließen',
  drag: 'Als Datei (.ics) herausziehen',
  copy: 'Als .ics kopieren',
  copied: 'Als .ics kopiert',
  notFound: 'Dieser Termin ist nicht im Archiv',
  notFoundText:
    'Vielleicht gehört er zu einem anderen Archiv oder kam erst nach dem Tag dazu, den du ansiehst.',
  unread: 'Er ist gesichert, wie er ankam; diese Version von Sidekeep versteht ihn nur nicht.',
  damaged: 'Dieser gesicherte Termin ist beschädigt',
  damagedText: 'Das hat die letzte Prüfung ergeben. Spiegle noch einmal, solange der Termin noch da ist.',
  broken: 'Die Regel dieses Termins ist unverständlich',
  brokenText: 'Nur sein erster Tag wird angezeigt. Die Regel im Wortlaut:',
  ruleAsWritten: 'Regel im Wortlaut',
  when: 'Wann',
  inZone: (time, zone) => `${time} in ${zone}`,
  floating: 'in jeder Zeitzone zur selben Uhrzeit',
  repeatsLabel: 'Wiederholung',
  repeats,
  alsoOn: (n) => plural(n, { one: 'und an # weiteren Tag', other: 'und an # weiteren Tagen' }),
  except: (n) => plural(n, { one: 'außer an # Tag', other: 'außer an # Tagen' }),
  changes: (n) =>
    plural(n, { one: 'einmal verschoben oder geändert', other: '#-mal verschoben oder geändert' }),
  place: 'Ort',
  notes: 'Notizen',
  alarms: 'Erinnerungen',
  alarm: {
    start: 'Bei Beginn',
    before: (n, unit) =>
      ({
        minute: plural(n, { one: '# Minute vorher', other: '# Minuten vorher' }),
        hour: plural(n, { one: '# Stunde vorher', other: '# Stunden vorher' }),
        day: plural(n, { one: '# Tag vorher', other: '# Tage vorher' }),
        week: plural(n, { one: '# Woche vorher', other: '# Wochen vorher' }),
      })[unit],
    after: (n, unit) =>
      ({
        minute: plural(n, { one: '# Minute nach Beginn', other: '# Minuten nach Beginn' }),
        hour: plural(n, { one: '# Stunde nach Beginn', other: '# Stunden nach Beginn' }),
        day: plural(n, { one: '# Tag nach Beginn', other: '# Tage nach Beginn' }),
        week: plural(n, { one: '# Woche nach Beginn', other: '# Wochen nach Beginn' }),
      })[unit],
  },
  guests: 'Gäste',
  organiser: 'lädt ein',
  answers: {
    ACCEPTED: 'kommt',
    DECLINED: 'kommt nicht',
    TENTATIVE: 'kommt vielleicht',
    DELEGATED: 'schickt eine Vertretung',
    'NEEDS-ACTION': 'hat nicht geantwortet',
  },
  status: 'Status',
  statuses: { CONFIRMED: 'Bestätigt', TENTATIVE: 'Vorläufig', CANCELLED: 'Abgesagt' },
  categories: 'Kategorien',
  calendar: 'Kalender',
  phone: 'Quelle',
  gone: 'Nicht mehr da',
  history: 'Verlauf',
  change: {
    seen: 'Zum ersten Mal gesehen',
    changed: 'Geändert',
    marked: 'Markierungen geändert',
    gone: 'Nicht mehr da',
    back: 'Wieder da',
  },
  aside: 'gesichert, beiseitegelegt',
  unreadable: 'Diese Fassung ist nicht lesbar.',
  noDifference: 'Nichts, was hier gezeigt wird',
  nothing: 'nichts',
  became: (before, after) => `aus ${before} wurde ${after}`,
  fieldName: {
    title: 'Titel',
    when: 'Wann',
    repeats: 'Wiederholung',
    place: 'Ort',
    notes: 'Notizen',
    guests: 'Gäste',
    alarms: 'Erinnerungen',
    status: 'Status',
    occurrences: 'Einzelne Termine',
  },
};
