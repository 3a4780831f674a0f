export const start = {
  title: 'Welcome',
  empty: 'Keep what is on your phone',
  emptyText: 'Connect a phone, bring in a folder, or look round with a demo phone.',
};
