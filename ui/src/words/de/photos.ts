import type * as en from '../en/photos';

export const photos: typeof en.photos = {
  title: 'Fotos',
  empty: 'Noch keine Fotos',
  emptyText: 'Fotos und Videos deines Telefons erscheinen hier, sobald es zum ersten Mal gespiegelt ist.',
};
