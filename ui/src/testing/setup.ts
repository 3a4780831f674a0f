// What jsdom lacks and the parts ask for.

import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { beforeEach, vi } from 'vitest';

// One afternoon for every test: near midnight, "today" of the demo's data (UTC) and of the page (its zone) are two days.
beforeEach(() => void vi.setSystemTime('2026-11-20T14:30:00Z'));

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
