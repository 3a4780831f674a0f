import type * as en from '../en/start';

export const start: typeof en.start = {
  title: 'Willkommen',
  empty: 'Bewahre, was auf deinem Telefon ist',
  emptyText: 'Verbinde ein Telefon, hole einen Ordner herein oder sieh dich mit einem Demo-Telefon um.',
};
