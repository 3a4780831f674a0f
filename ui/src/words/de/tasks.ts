import type * as en from '../en/tasks';

export const tasks: typeof en.tasks = {
  title: 'Aufgaben',
  empty: 'Noch keine Aufgaben',
  emptyText: 'Listen erscheinen hier, sobald ein Telefon gespiegelt ist, das sie hergibt.',
};
