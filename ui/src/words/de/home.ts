import type * as en from '../en/home';

export const home: typeof en.home = {
  title: 'Übersicht',
  empty: 'Noch kein Telefon',
  emptyText:
    'Verbinde ein Telefon, und Sidekeep bewahrt, was darauf ist: jeden Kontakt, jeden Termin, jedes Bild.',
};
