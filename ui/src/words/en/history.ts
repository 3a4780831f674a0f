export const history = {
  title: 'History',
  empty: 'Nothing has happened yet',
  emptyText: 'Every run is kept here: what was added, what changed, and what left the phone.',
};
