import type * as en from '../en/messages';

export const messages: typeof en.messages = {
  title: 'Nachrichten',
  empty: 'Noch keine Nachrichten',
  emptyText: 'Nachrichten und Anrufe erscheinen hier, sobald ein Telefon gespiegelt ist, das sie hergibt.',
};
