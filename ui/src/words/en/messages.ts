export const messages = {
  title: 'Messages',
  empty: 'No messages yet',
  emptyText: 'Messages and calls appear here after the first mirroring of a phone that shares them.',
  kept: 'Messages and calls are kept',
  keptText:
    'They are in the archive as they came from the phone. Reading them here comes in a later version; Home says how many there are.',
  show: 'Show the archive’s folder',
  toHome: 'To Home',
};
