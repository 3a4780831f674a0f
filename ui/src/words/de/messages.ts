import type * as en from '../en/messages';

export const messages: typeof en.messages = {
  title: 'Nachrichten',
  empty: 'Noch keine Nachrichten',
  emptyText: 'Nachrichten und Anrufe erscheinen hier, sobald ein Telefon gespiegelt ist, das sie freigibt.',
  kept: 'Nachrichten und Anrufe sind gesichert',
  keptText:
    'Sie liegen im Archiv, wie sie vom Telefon kamen. Hier lesen kannst du sie in einer späteren Version; wie viele es sind, steht in der Übersicht.',
  show: 'Ordner des Archivs zeigen',
  toHome: 'Zur Übersicht',
};
