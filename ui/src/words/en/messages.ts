export const messages = {
  title: 'Messages',
  empty: 'No messages yet',
  emptyText: 'Messages and calls appear here after the first mirroring of a phone that shares them.',
};
