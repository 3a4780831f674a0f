import { expect, test } from 'vitest';
import { coordinates, mediaName, megapixels } from './facts';

test.each([
  ['image/jpeg', 'JPEG'],
  ['jpeg', 'JPEG'],
  ['image/heic', 'HEIC'],
  ['video/quicktime', 'MOV'],
  ['image/x-adobe-dng', 'DNG'],
  ['image/svg+xml', 'SVG'],
  ['image/x-canon-cr2', 'CANON-CR2'],
])('%s is %s', (media, name) => expect(mediaName(media)).toBe(name));

test.each([
  [4032, 3024, 12],
  [1920, 1080, 2.1],
  [100, 100, 0],
])('%i × %i are %f megapixels', (width, height, count) => expect(megapixels(width, height)).toBe(count));

test('coordinates as maps take them', () => {
  expect(coordinates({ latitude: 52.52, longitude: -13.404954 })).toBe('52.52000, -13.40495');
});
