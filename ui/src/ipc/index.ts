// The way to the engine: the desktop shell where there is one, its twin in a plain browser.

import { early, type Connection } from './early';
import { tauri } from './tauri';

export { isTrouble, tag, tagLength, type Api, type Events } from './api';
export type * from './bindings';

export async function connect(): Promise<Connection> {
  if ('__TAURI_INTERNALS__' in window) return early(tauri());
  const { twin } = await import('./twin');
  return { api: twin(new URLSearchParams(window.location.search)), shown: () => {} };
}
