// Files dropped on a plain browser's page, told as the shell tells them. A browser gives names, no paths.

import type { Events } from '../api';

type Tell = <Name extends 'dragging' | 'dropped'>(event: Name, payload: Events[Name]) => void;

/** Listens to the page for as long as it stands. */
export function hearDrops(page: Window, tell: Tell): void {
  const files = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  // Enter and leave come for each element that is crossed; the page is left when they are even.
  let depth = 0;
  page.addEventListener('dragenter', (event) => {
    if (files(event) && depth++ === 0) tell('dragging', true);
  });
  page.addEventListener('dragleave', (event) => {
    if (files(event) && --depth === 0) tell('dragging', false);
  });
  page.addEventListener('dragover', (event) => {
    if (files(event)) event.preventDefault();
  });
  page.addEventListener('drop', (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    tell('dragging', false);
    tell(
      'dropped',
      [...(event.dataTransfer?.files ?? [])].map(({ name }) => `/home/mira/Downloads/${name}`),
    );
  });
}
