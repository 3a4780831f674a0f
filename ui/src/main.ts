// Starts the app: the words, the way to the engine, and the frame.

import { mount } from 'svelte';
import App from './App.svelte';
import { Route } from './frame/route.svelte';
import { connect } from './ipc';
import './look/look.css';
import { speak } from './words';

const [api] = await Promise.all([connect(), speak(navigator.languages)]);
const route = new Route(window);

mount(App, { target: document.getElementById('app')!, props: { api, route } });
