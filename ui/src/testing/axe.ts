// axe-core over what a test has drawn. jsdom has no layout, so contrast is left to the tests in the real window.

import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with one line for each violation. A part on its own has no landmarks; a page has. */
export async function expectNoViolations(root: Element = document.body): Promise<void> {
  const region = { enabled: root.querySelector('main') !== null };
  const { violations } = await axe.run(root, { rules: { 'color-contrast': { enabled: false }, region } });
  expect(
    violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}\n${html}`)),
  ).toEqual([]);
}
