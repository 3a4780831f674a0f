import { beforeEach, expect, test } from 'vitest';
import { Route } from './route.svelte';

beforeEach(() => window.history.replaceState(null, '', '#/home'));

test('going leaves a step in the history, narrowing does not', () => {
  const route = new Route(window);
  const before = window.history.length;
  route.go('photos');
  route.narrow({ q: 'sea' });
  route.narrow({ q: 'seaside' });
  expect(window.location.hash).toBe('#/photos?q=seaside');
  expect(window.history.length).toBe(before + 1);
  route.narrow({ q: null });
  expect(window.location.hash).toBe('#/photos');
});

test('a neighbour takes the place of what was open', () => {
  const route = new Route(window);
  route.go('photos', { query: { kind: 'film' } });
  const before = window.history.length;
  route.open('a');
  route.open('b', { replace: true });
  expect(window.location.hash).toBe('#/photos/b?kind=film');
  expect(window.history.length).toBe(before + 1);
});

test('a day that is looked at goes along, but not to where there is no time travel', () => {
  const route = new Route(window);
  route.go('photos', { query: { asOf: '2024-03-01' } });
  route.go('contacts', { id: '7' });
  expect([route.screen, route.id, route.asOf]).toEqual(['contacts', '7', '2024-03-01']);
  route.go('settings');
  expect(route.asOf).toBeNull();
});

test('it follows the window while it is told to', () => {
  const route = new Route(window);
  const stop = route.follow();
  window.history.replaceState(null, '', '#/tasks');
  window.dispatchEvent(new PopStateEvent('popstate'));
  expect(route.screen).toBe('tasks');
  stop();
  window.history.replaceState(null, '', '#/rescue');
  window.dispatchEvent(new PopStateEvent('popstate'));
  expect(route.screen).toBe('tasks');
});

test('backing out ends at the screen itself', () => {
  const route = new Route(window);
  route.go('contacts', { id: '7', query: { q: 'an' } });
  const seen = [];
  while (route.out()) seen.push(window.location.hash);
  expect(seen).toEqual(['#/contacts?q=an', '#/contacts']);
});
