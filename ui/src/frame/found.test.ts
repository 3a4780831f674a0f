import { expect, test } from 'vitest';
import { matches } from './found';

test.each<[string, string, boolean]>([
  ['Photos', '', true],
  ['Photos', 'pho', true],
  ['Photos', 'hot', false],
  ['Zoë Müller', 'mull zo', true],
  ['Zoë Müller', 'mull ann', false],
  ['To-dos', 'do', true],
  ['Übersicht', 'uber', true],
])('%s is found by "%s": %s', (title, text, expected) => {
  expect(matches(title, text)).toBe(expected);
});
