// What jsdom lacks and the parts ask for.

import '@testing-library/jest-dom/vitest';

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};
Element.prototype.hasPointerCapture ??= () => false;

HTMLCanvasElement.prototype.getContext = () => null;
