import type * as en from '../en/calendar';

export const calendar: typeof en.calendar = {
  title: 'Kalender',
  empty: 'Noch keine Termine',
  emptyText: 'Termine erscheinen hier, sobald ein Telefon zum ersten Mal gespiegelt ist.',
};
