export const contacts = {
  title: 'Contacts',
  empty: 'No contacts yet',
  emptyText: 'People appear here after the first mirroring of a phone.',
};
