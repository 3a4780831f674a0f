import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import App from './App.svelte';
import { Route } from './frame/route.svelte';
import { twin } from './ipc/twin';
import { expectNoViolations } from './testing/axe';
import { speak } from './words';

beforeEach(() => speak(['en-GB']));

async function open(hash = '#/home', state = 'demo') {
  window.history.replaceState(null, '', hash);
  const api = twin(new URLSearchParams({ twin: state }));
  render(App, { api, route: new Route(window) });
  await screen.findByRole('heading', { level: 1 });
  return userEvent.setup();
}

test('the frame has its landmarks and no violations', async () => {
  // The screen with the least of its own: what is asked here is the frame.
  await open('#/messages', 'empty');
  expect(screen.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  expect(screen.getByRole('main')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Home' })).not.toHaveAttribute('aria-current');
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

test('the palette finds a person in the archive, and opens them', async () => {
  const user = await open('#/messages');
  await user.keyboard('{Control>}k{/Control}');
  await user.type(within(await screen.findByRole('dialog')).getByRole('combobox'), 'switchb');
  await user.click(await screen.findByRole('option', { name: /Switchboard of many numbers/ }));
  expect(window.location.hash).toMatch(/^#\/contacts\/[0-9a-f]{16}$/);
});

test('Enter takes the best of what is found', async () => {
  const user = await open('#/messages');
  await user.keyboard('{Control>}k{/Control}');
  await user.type(within(await screen.findByRole('dialog')).getByRole('combobox'), 'olive');
  await expect.poll(() => screen.queryByRole('option', { selected: true })?.textContent).toMatch('Olive oil');
  await user.keyboard('{Enter}');
  expect(window.location.hash).toMatch(/^#\/tasks\/[0-9a-f]{16}$/);
});

test('where there is no archive yet, the first start is shown, without the frame', async () => {
  await open('#/home', 'first');
  await expect.poll(() => window.location.hash).toBe('#/start');
  await expect.poll(() => screen.queryByRole('navigation', { name: 'Screens' })).toBeNull();
});

test('an archive that cannot be opened takes the place of the screens, but not of the settings', async () => {
  const user = await open('#/photos', 'newer');
  expect(await screen.findByText('A newer Sidekeep wrote this archive.')).toBeVisible();
  expect(screen.getByText(/Sidekeep has changed nothing there/)).toBeVisible();
  await expectNoViolations();
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});

test('an archive that is gone since is told of once one goes on, with the way to choose another', async () => {
  const trouble = { kind: 'no-archive', subject: '/media/disk/Sidekeep', detail: '' } as const;
  window.history.replaceState(null, '', '#/messages');
  const api = twin(new URLSearchParams());
  render(App, { api, route: new Route(window) });
  const user = userEvent.setup();
  expect(await screen.findByRole('heading', { level: 1, name: 'Messages' })).toBeVisible();
  const opening = await api.opening();
  api.opening = async () => ({ ...opening, trouble });
  api.people = () => Promise.reject(trouble);
  await user.click(screen.getByRole('link', { name: 'Contacts' }));
  expect(await screen.findByRole('button', { name: 'Choose the archive’s folder…' })).toBeVisible();
  expect(screen.getByText(/Sidekeep has changed nothing there/)).toBeVisible();
  expect(screen.queryByText('Everything that was kept is still kept.')).toBeNull();
});

test('files held over the window are told of, and brought in when they are let go', async () => {
  await open('#/messages');
  const carry = (type: string) => {
    const event = new Event(type, { bubbles: true });
    const files = [{ name: 'people.vcf' }];
    window.dispatchEvent(Object.assign(event, { dataTransfer: { types: ['Files'], files } }));
  };
  carry('dragenter');
  expect(await screen.findByText('Drop to bring it in')).toBeVisible();
  carry('drop');
  await expect.poll(() => screen.queryByText('Drop to bring it in')).toBeNull();
  expect(await screen.findByRole('contentinfo', { name: 'What is running' })).toBeVisible();
});

test('what was found lately is offered again', async () => {
  const user = await open('#/messages');
  const find = async () => {
    await user.keyboard('{Control>}k{/Control}');
    return within(await screen.findByRole('dialog'));
  };
  await user.type((await find()).getByRole('combobox'), 'switchb');
  await user.click(await screen.findByRole('option', { name: /Switchboard of many numbers/ }));
  await user.keyboard('{Control>}1{/Control}');
  const palette = await find();
  expect(await palette.findByText('Recent')).toBeVisible();
  expect(palette.getAllByRole('option')[0]).toHaveTextContent('Switchboard of many numbers');
});

test('German is complete on the frame', async () => {
  await speak(['de-DE']);
  await open();
  expect(screen.getByRole('link', { name: 'Kalender' })).toBeVisible();
  expect(document.documentElement.lang).toBe('de-DE');
  expect(screen.getByRole('button', { name: 'Suchen' })).toHaveTextContent('StrgK');
});
