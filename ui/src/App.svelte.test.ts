import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import App from './App.svelte';
import { Route } from './frame/route.svelte';
import { twin } from './ipc/twin';
import { expectNoViolations } from './testing/axe';
import { speak } from './words';

beforeEach(() => speak(['en-GB']));

async function open(hash = '#/home') {
  window.history.replaceState(null, '', hash);
  render(App, { api: twin(), route: new Route(window) });
  await screen.findByRole('heading', { level: 1 });
  return userEvent.setup();
}

test('the frame has its landmarks and no violations', async () => {
  await open();
  expect(screen.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  expect(screen.getByRole('main')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Home' })).toHaveAttribute('aria-current', 'page');
  await expectNoViolations();
});

test('a click leads to a screen, and its title has the focus', async () => {
  const user = await open();
  await user.click(screen.getByRole('link', { name: 'History' }));
  const title = await screen.findByRole('heading', { level: 1, name: 'History' });
  await expect.poll(() => document.activeElement).toBe(title);
  expect(document.title).toBe('History — Sidekeep');
});

test('keys lead to the screens, to export and out again', async () => {
  const user = await open();
  await user.keyboard('{Control>}3{/Control}');
  expect(await screen.findByRole('heading', { level: 1, name: 'Contacts' })).toBeVisible();
  await user.keyboard('{Control>}e{/Control}');
  expect(await screen.findByRole('heading', { level: 1, name: 'Export' })).toBeVisible();
});

test('Esc backs out of a day gone by', async () => {
  const user = await open('#/photos?asOf=2024-03-01');
  expect(screen.getByText('As it was on 1 March 2024')).toBeVisible();
  await user.keyboard('{Escape}');
  expect(screen.queryByText('As it was on 1 March 2024')).toBeNull();
  expect(window.location.hash).toBe('#/photos');
});

test('the palette finds a screen, goes there, and Esc closes it without leaving the screen', async () => {
  const user = await open('#/photos?q=sea');
  await user.keyboard('{Control>}k{/Control}');
  const palette = await screen.findByRole('dialog');
  await expectNoViolations();
  await user.keyboard('{Escape}');
  await expect.poll(() => palette.isConnected).toBe(false);
  expect(window.location.hash).toBe('#/photos?q=sea');

  await user.keyboard('{Control>}k{/Control}');
  await user.type(within(await screen.findByRole('dialog')).getByRole('combobox'), 'resc');
  expect(await screen.findByRole('option', { name: 'Rescue' })).toBeVisible();
  await expect.poll(() => screen.queryAllByRole('option').length).toBe(1);
  await user.keyboard('{Enter}');
  expect(await screen.findByRole('heading', { level: 1, name: 'Rescue' })).toBeVisible();
});

test('German is complete on the frame', async () => {
  await speak(['de-DE']);
  await open();
  expect(screen.getByRole('link', { name: 'Kalender' })).toBeVisible();
  expect(document.documentElement.lang).toBe('de-DE');
});
