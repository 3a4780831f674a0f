// The way to the engine: the desktop shell where there is one, its twin in a plain browser.

import type { Api } from './api';
import { early } from './early';
import { tauri } from './tauri';

export { isTrouble, tag, tagLength, type Api, type Events } from './api';
export type * from './bindings';

export async function connect(): Promise<Api> {
  if ('__TAURI_INTERNALS__' in window) return early(tauri());
  return (await import('./twin')).twin(new URLSearchParams(window.location.search));
}
