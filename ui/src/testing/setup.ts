// What jsdom lacks and the parts ask for.

import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';

// For a machine that is busy with other things.
configure({ asyncUtilTimeout: 10_000 });

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};
Element.prototype.hasPointerCapture ??= () => false;

HTMLCanvasElement.prototype.getContext = () => null;
