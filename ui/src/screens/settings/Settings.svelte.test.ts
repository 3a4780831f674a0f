import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import type { Api } from '../../ipc';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Settings from './Settings.svelte';

beforeEach(async () => {
  delete document.documentElement.dataset.look;
  await speak(['en-GB']);
});

async function open(change: (api: Api) => void = () => {}, state = 'demo') {
  window.history.replaceState(null, '', '#/settings');
  const api = twin(new URLSearchParams({ twin: state }));
  change(api);
  render(Settings, { api, route: new Route(window) });
  await screen.findByRole('heading', { name: 'Archive' });
  return { api, user: userEvent.setup() };
}

test('has no violations, and says everything that can be chosen', async () => {
  await open();
  await screen.findByText('pixel');
  expect(screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent)).toEqual([
    'Archive',
    'Phones, accounts and folders',
    'Automatic mirroring',
    'In the background',
    'Look and language',
    'Second copies',
    'Privacy',
    'About',
  ]);
  await expectNoViolations();
});

test('look and language hold at once', async () => {
  const { api, user } = await open();
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  await expect.poll(() => document.documentElement.dataset.look).toBe('dark');
  screen.getByLabelText('Language: Like the system').focus();
  await user.keyboard('{Enter}');
  await screen.findByText('Deutsch');
  await user.keyboard('{End}{Enter}');
  expect(await screen.findByRole('heading', { name: 'Einstellungen' })).toBeVisible();
  expect(await api.settings()).toMatchObject({ look: 'dark', language: 'de' });
});

test('a refused change is undone and told', async () => {
  const { user } = await open((api) => {
    api.changeSettings = () => Promise.reject({ kind: 'denied', subject: null, detail: '' });
  });
  const autostart = screen.getByRole('switch', { name: 'Start when you log in' });
  await user.click(autostart);
  expect(await screen.findByText('This computer does not allow it.')).toBeVisible();
  await expect.poll(() => (autostart as HTMLInputElement).checked).toBe(false);
});

test('an address that does not answer is added only when that is wanted', async () => {
  const { api, user } = await open();
  const add = vi.spyOn(api, 'addSource');
  const forget = vi.spyOn(api, 'forgetSource');
  await user.click(screen.getByRole('button', { name: 'Add…' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.type(dialog.getByRole('textbox', { name: 'Address' }), '192.168.1.9');
  await user.click(dialog.getByRole('button', { name: 'Test and add' }));
  expect(await dialog.findByText(/It does not answer now/)).toBeVisible();
  expect(forget).toHaveBeenCalledWith('adb://192.168.1.9:5555');
  await user.click(dialog.getByRole('button', { name: 'Add anyway' }));
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  expect(add).toHaveBeenLastCalledWith('adb://192.168.1.9:5555', null);
  expect(forget).toHaveBeenCalledTimes(1);
});

test('what is remembered is shown before the phones have answered, by its name and the phone’s', async () => {
  await open((api) => {
    api.reachable = () => new Promise(() => {});
  });
  expect(await screen.findByText('pixel over wi-fi')).toBeVisible();
  expect(
    screen.getByText('Network · 192.168.1.44:41317 · not reachable · last used for Mira’s Pixel 8'),
  ).toBeVisible();
});

test('a way gets a new name, and a name that is taken is told', async () => {
  const { api, user } = await open();
  const taken = { kind: 'taken', subject: 'pixel', detail: '' };
  const rename = vi.spyOn(api, 'renameSource').mockRejectedValueOnce(taken);
  const forget = vi.spyOn(api, 'forgetSource');
  (await screen.findByRole('button', { name: 'Menu of old' })).focus();
  await user.keyboard('{Enter}');
  await user.click(await screen.findByText('Rename…'));
  const name = within(await screen.findByRole('dialog')).getByRole('textbox', { name: /Name/ });
  await user.clear(name);
  await user.type(name, 'pixel{Enter}');
  expect(await screen.findByText('There is one already (pixel).')).toBeVisible();
  await user.clear(name);
  await user.type(name, 'drawer{Enter}');
  await expect.poll(() => rename.mock.lastCall).toEqual(['adb://192.168.1.23:5555', 'drawer']);
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  expect(forget).not.toHaveBeenCalled();
});

test('what belongs to a phone says so, is separated and joined again', async () => {
  const { user } = await open(() => {}, 'grouped');
  expect(await screen.findByText(/belongs to Mira’s Pixel 8$/)).toBeVisible();
  const menu = async (line: string) => {
    await user.click(await screen.findByRole('button', { name: 'Menu of My account' }));
    await user.click(await screen.findByText(line));
  };
  await menu('Separate mira@dav.example.org');
  await expect.poll(() => screen.queryByText(/belongs to/)).toBeNull();
  await menu('Belongs to…');
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'It belongs there' }));
  expect(await screen.findByText(/belongs to Mira’s Pixel 8$/)).toBeVisible();
  await expectNoViolations();
});

test('Verify now shows how far it is', async () => {
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'Verify now' }));
  expect(await screen.findByRole('progressbar', { name: 'Verifying' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('Stopped before the end, so it does not count as a check.')).toBeVisible();
});
