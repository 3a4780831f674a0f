export const exporting = {
  title: 'Export',
  empty: 'Nothing to export yet',
  emptyText:
    'What Sidekeep keeps can be written for Apple, Google, Outlook, Android, Nextcloud or as plain files.',
};
