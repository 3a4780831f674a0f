export const settings = {
  title: 'Settings',
  empty: 'Settings',
  emptyText: 'Archive folder, schedule, phones and second copies.',
};
