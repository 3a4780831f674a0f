import type * as en from '../en/export';

export const exporting: typeof en.exporting = {
  title: 'Export',
  empty: 'Noch nichts zu exportieren',
  emptyText:
    'Was Sidekeep bewahrt, lässt sich für Apple, Google, Outlook, Android, Nextcloud oder als einfache Dateien schreiben.',
};
