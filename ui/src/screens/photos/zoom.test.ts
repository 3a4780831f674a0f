import { expect, test } from 'vitest';
import { closest, fit, fitted, held, panned, toPixels, zoomed } from './zoom';

const stage = { width: 1000, height: 800 };

test.each([
  { name: 'wide', ratio: 2, pixels: { width: 8000, height: 4000 }, is: { width: 1000, height: 500 } },
  { name: 'high', ratio: 0.5, pixels: { width: 4000, height: 8000 }, is: { width: 400, height: 800 } },
  { name: 'tiny', ratio: 1, pixels: { width: 100, height: 100 }, is: { width: 200, height: 200 } },
  { name: 'a single pixel', ratio: 1, pixels: { width: 1, height: 1 }, is: { width: 64, height: 64 } },
  { name: 'of unknown size', ratio: 1, pixels: null, is: { width: 800, height: 800 } },
])('fitting: $name', ({ ratio, pixels, is }) => {
  expect(fit(ratio, stage, pixels, 1)).toEqual(is);
});

test.each([
  { box: 1000, pixels: 4000, density: 1, scale: 4, max: 8 },
  { box: 1000, pixels: 4000, density: 2, scale: 2, max: 4 },
  { box: 200, pixels: 100, density: 1, scale: 1, max: 4 },
])('$pixels pixels on $box are 1:1 at $scale', ({ box, pixels, density, scale, max }) => {
  const size = { width: box, height: box };
  expect(toPixels(size, { width: pixels, height: pixels }, density)).toBe(scale);
  expect(closest(size, { width: pixels, height: pixels }, density)).toBe(max);
});

test('what is under the pointer stays there', () => {
  const box = { width: 1000, height: 800 };
  const point = { x: 120, y: -80 };
  const closer = zoomed(fitted, 2, point, box, stage, 8);
  const under = { x: (point.x - closer.x) / closer.scale, y: (point.y - closer.y) / closer.scale };
  expect(under).toEqual(point);
  expect(zoomed(closer, 0.1, point, box, stage, 8)).toEqual(fitted);
  expect(zoomed(closer, 100, point, box, stage, 8).scale).toBe(8);
});

test('a picture is not pushed off the stage', () => {
  const box = { width: 500, height: 800 };
  // Not wider than the stage: it stays in the middle. Higher: its edge stops at the stage's.
  expect(held({ scale: 1.5, x: 300, y: 900 }, box, stage)).toEqual({ scale: 1.5, x: 0, y: 200 });
  expect(panned({ scale: 4, x: 0, y: 0 }, -9999, 10, box, stage)).toEqual({ scale: 4, x: -500, y: 10 });
});
