export const tasks = {
  title: 'To-dos',
  empty: 'No to-dos yet',
  emptyText: 'Lists appear here after the first mirroring of a phone that shares them.',
};
