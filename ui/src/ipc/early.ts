// What the first screen will ask is asked while its code still comes, so that the window is painted once, with everything
// in it.

import type { Api } from './api';

/** The way to the engine, and what is asked of it early. */
export interface Connection {
  api: Api;
  /** To be called when the first screen stands: from then on every question is asked anew. */
  shown: () => void;
}

/** The same api, asked already how things stand. An answer from before a change is given to nobody. */
export function early(api: Api): Connection {
  let asked: Pick<Api, 'opening' | 'home' | 'running'> | null = null;
  const forget = () => void (asked = null);
  api.on('changed', forget);
  const [opening, home, running] = [api.opening(), api.home(), api.running()];
  for (const answer of [opening, home, running]) answer.catch(forget);
  asked = { opening: () => opening, home: () => home, running: () => running };
  const first: Api = {
    ...api,
    opening: () => (asked ?? api).opening(),
    home: () => (asked ?? api).home(),
    running: () => (asked ?? api).running(),
  };
  return { api: first, shown: forget };
}
