// What the first screen will ask is asked while its code still comes, so that the window is painted once, with everything
// in it.

import type { Api } from './api';

/** How long an answer stands for the first who ask, in milliseconds. Later ones ask anew. */
const fresh = 1000;

/** The same api, asked already how things stand. An answer from before a change is given to nobody. */
export function early(api: Api): Api {
  let asked: Pick<Api, 'opening' | 'home' | 'running'> | null = null;
  const forget = () => (asked = null);
  const [opening, home, running] = [api.opening(), api.home(), api.running()];
  for (const answer of [opening, home, running]) answer.catch(forget);
  asked = { opening: () => opening, home: () => home, running: () => running };
  api.on('changed', forget);
  setTimeout(forget, fresh);
  return {
    ...api,
    opening: () => (asked ?? api).opening(),
    home: () => (asked ?? api).home(),
    running: () => (asked ?? api).running(),
  };
}
