import type * as en from '../en/contacts';

export const contacts: typeof en.contacts = {
  title: 'Kontakte',
  empty: 'Noch keine Kontakte',
  emptyText: 'Personen erscheinen hier, sobald ein Telefon zum ersten Mal gespiegelt ist.',
};
