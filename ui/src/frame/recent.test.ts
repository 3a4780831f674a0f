import { expect, test } from 'vitest';
import { House } from '../look/icons';
import { remember, remembered } from './recent';

test('what was found lately comes first, each once, and not too much of it', () => {
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'b'])
    remember({ id, title: id, icon: House, go: () => {} });
  expect(remembered().map(({ id }) => id)).toEqual(['b', 'f', 'e', 'd', 'c']);
});
