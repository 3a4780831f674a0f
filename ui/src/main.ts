// Starts the app: the words, the way to the engine, and the frame.

import { mount } from 'svelte';
import App from './App.svelte';
import { apply } from './frame/settings';
import { Route } from './frame/route.svelte';
import { connect } from './ipc';
import './look/look.css';

const api = await connect();
// Settings that cannot be read must not keep the window from opening: then it is as the system has it.
const settings = await api.settings().catch(() => null);
await apply(settings ?? { look: 'system', language: 'system' });
const route = new Route(window);

mount(App, { target: document.getElementById('app')!, props: { api, route } });
