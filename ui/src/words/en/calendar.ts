export const calendar = {
  title: 'Calendar',
  empty: 'No events yet',
  emptyText: 'Events appear here after the first mirroring of a phone.',
};
