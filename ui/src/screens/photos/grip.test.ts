import { expect, test } from 'vitest';
import { Grip, type Move } from './grip';

test.each<[string, (grip: Grip) => Move | null, Move | null]>([
  ['none holds it', (grip) => grip.move(1, { x: 5, y: 5 }), null],
  [
    'one moves it, from where it was last',
    (grip) => {
      grip.down(1, { x: 0, y: 0 });
      grip.move(1, { x: 5, y: 5 });
      return grip.move(1, { x: 8, y: 4 });
    },
    { pan: { x: 3, y: -1 } },
  ],
  [
    'two pinch it, about the middle between them',
    (grip) => {
      grip.down(1, { x: 0, y: 0 });
      grip.down(2, { x: 10, y: 0 });
      return grip.move(2, { x: 20, y: 0 });
    },
    { zoom: 2, at: { x: 10, y: 0 } },
  ],
  [
    'two in one place do not make it endless',
    (grip) => {
      grip.down(1, { x: 0, y: 0 });
      grip.down(2, { x: 0, y: 0 });
      return grip.move(2, { x: 3, y: 0 });
    },
    { zoom: 3, at: { x: 1.5, y: 0 } },
  ],
  [
    'one that let go holds nothing',
    (grip) => {
      grip.down(1, { x: 0, y: 0 });
      grip.up(1);
      return grip.move(1, { x: 3, y: 0 });
    },
    null,
  ],
])('%s', (_, act, expected) => {
  expect(act(new Grip())).toEqual(expected);
});
