import type * as en from '../en/history';

export const history: typeof en.history = {
  title: 'Verlauf',
  empty: 'Noch ist nichts geschehen',
  emptyText:
    'Hier steht jeder Durchgang: was dazukam, was sich änderte und was nicht mehr auf dem Telefon ist.',
};
