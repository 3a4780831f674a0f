// Starts the app: the words, the way to the engine, and the frame.

import { mount } from 'svelte';
import App from './App.svelte';
import { apply } from './frame/settings';
import { Route } from './frame/route.svelte';
import { connect } from './ipc';
import './look/look.css';
import { screens } from './screens';

/** How long the window waits for what it shows first, in milliseconds. From then on it says that it is loading. */
const patience = 200;

const route = new Route(window);
// The code of the first screen comes while the settings are asked for. If it cannot be had, the frame says so.
const screen = screens[route.screen].load().catch(() => {});
const { api, shown } = await connect();
// Settings that cannot be read must not keep the window from opening: then it is as the system has it.
const settings = await api.settings().catch(() => null);
await apply(settings ?? { look: 'system', language: 'system' });
const first = Promise.allSettled([screen, api.opening(), api.home(), api.running()]);
await Promise.race([first, new Promise((late) => setTimeout(late, patience))]);

mount(App, { target: document.getElementById('app')!, props: { api, route } });
// Not before its parts have asked.
setTimeout(shown);
