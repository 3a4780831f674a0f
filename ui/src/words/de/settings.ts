import type * as en from '../en/settings';

export const settings: typeof en.settings = {
  title: 'Einstellungen',
  empty: 'Einstellungen',
  emptyText: 'Archivordner, Zeitplan, Telefone und Zweitkopien.',
};
