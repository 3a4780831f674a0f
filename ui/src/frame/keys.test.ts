import { expect, test } from 'vitest';
import { wish, type Wish } from './keys';

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test.each<[Partial<KeyboardEvent>, Wish | null]>([
  [{ key: 'Escape' }, { do: 'out' }],
  [{ key: 'k', ctrlKey: true }, { do: 'find' }],
  [{ key: 'K', metaKey: true }, { do: 'find' }],
  [{ key: 'e', ctrlKey: true }, { do: 'export' }],
  [
    { key: '3', ctrlKey: true },
    { do: 'screen', number: 3 },
  ],
  [{ key: '0', ctrlKey: true }, null],
  [{ key: 'k' }, null],
  [{ key: 'k', ctrlKey: true, shiftKey: true }, null],
  [{ key: 'k', ctrlKey: true, altKey: true }, null],
])('%o', (press, expected) => {
  expect(wish({ key: '', ...none, ...press })).toEqual(expected);
});
