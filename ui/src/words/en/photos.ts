export const photos = {
  title: 'Photos',
  empty: 'No photos yet',
  emptyText: 'Photos and films of your phone appear here after its first mirroring.',
};
