// Facts of a picture in the form in which people know them. Pure, and the same in every language.

/** Degrees with a point, north and east positive: the form that every map takes. Five places are about a metre. */
export function coordinates({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** A tenth of a megapixel below ten, whole ones above. */
export function megapixels(width: number, height: number): number {
  const exact = (width * height) / 1e6;
  return exact < 10 ? Math.round(exact * 10) / 10 : Math.round(exact);
}

const names: Record<string, string> = {
  quicktime: 'MOV',
  'x-adobe-dng': 'DNG',
  'x-matroska': 'MKV',
  '3gpp': '3GP',
};

/** `JPEG` for `image/jpeg`; what it is called by people, not by the standard. */
export function mediaName(media: string): string {
  const kind = media.split('/').at(-1) ?? media;
  return names[kind] ?? kind.replace(/^x-/, '').replace(/\+.*$/, '').toUpperCase();
}
