import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Api } from '../../ipc';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Account from './Account.svelte';

beforeEach(() => speak(['en-GB']));

async function open(provider: string, change: (api: Api) => void = () => {}) {
  const api = twin();
  change(api);
  const onmirror = vi.fn();
  render(Account, { api, busy: false, onmirror, onfolder: vi.fn() });
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: new RegExp(`^${provider}`) }));
  return { api, onmirror, user };
}

test('the providers have no violations, and each says how its password is made', async () => {
  const { user } = await open('iCloud');
  expect(screen.getByText(/App-Specific Passwords/)).toBeVisible();
  expect(screen.getByText('https://account.apple.com')).toBeVisible();
  await expectNoViolations();
  await user.click(screen.getByRole('button', { name: 'Another provider' }));
  await user.click(screen.getByRole('button', { name: /^Google/ }));
  expect(screen.getByText(/Sidekeep is not registered/)).toBeVisible();
  expect(screen.queryByLabelText('App password')).toBeNull();
  await expectNoViolations();
});

test('what was found is chosen from, remembered and mirrored', async () => {
  const { api, onmirror, user } = await open('Nextcloud');
  const add = vi.spyOn(api, 'addAccount');
  await user.type(screen.getByLabelText('Server'), 'cloud.example.org');
  await user.type(screen.getByLabelText('User name'), 'mira');
  await user.type(screen.getByLabelText(/^App password/), 'secret');
  await user.click(screen.getByRole('button', { name: 'Look what is there' }));
  expect(await screen.findByRole('heading', { name: 'What was found' })).toHaveFocus();
  expect(screen.getByRole('group', { name: 'Calendars' })).toHaveTextContent('1,204 events');
  await user.click(screen.getByRole('checkbox', { name: 'Work' }));
  await expectNoViolations();
  await user.click(screen.getByRole('button', { name: 'Mirror now' }));
  const source = 'dav+https://mira@cloud.example.org/remote.php/dav/';
  expect(add).toHaveBeenCalledExactlyOnceWith({
    source,
    name: 'mira@cloud.example.org',
    password: 'secret',
    left_out: [{ kind: 'event', id: '/mira/office/', name: 'Work' }],
    belongs_to: null,
  });
  await expect.poll(() => onmirror.mock.calls).toEqual([[[source]]]);
});

test.each([
  [['android'], 'Whose is it?: Pixel', 'android:1'],
  [['android', 'android'], 'Whose is it?: On its own', null],
  [['folder'], 'Whose is it?: On its own', null],
] as const)('with %j the question whose it is begins at %s', async (systems, shown, belongs_to) => {
  const { api, user } = await open('Another server', (api) => {
    api.home = async () => {
      const home = await twin().home();
      const [card] = home.phones;
      const phones = systems.map((system, at) => {
        const own = { id: `${system}:${at + 1}`, name: 'Pixel', links: [], parts: [] };
        const folder = card!.links.slice(0, 1).map((link) => ({ ...link, link: 'folder' as const }));
        const isFolder = system === 'folder';
        return {
          ...card!,
          ...own,
          model: null,
          ...(isFolder ? { system: null, links: folder } : { system }),
        };
      });
      return { ...home, phones };
    };
  });
  const add = vi.spyOn(api, 'addAccount');
  await user.type(screen.getByLabelText('Server'), 'dav.example.org');
  await user.click(screen.getByRole('button', { name: 'Look what is there' }));
  expect(await screen.findByLabelText(shown)).toBeVisible();
  await expectNoViolations();
  await user.click(screen.getByRole('button', { name: 'Mirror now' }));
  expect(add.mock.calls[0]?.[0].belongs_to).toBe(belongs_to);
});

test.each([
  ['dav.example.org', 'wrong', 'The server does not accept this name and password.'],
  ['away', 'right', 'The server cannot be reached.'],
  ['nobody', 'right', 'There is no account at this address.'],
])('at %s with %s: %s', async (server, password, told) => {
  const { user } = await open('Another server');
  await user.type(screen.getByLabelText('Server'), server);
  await user.type(screen.getByLabelText('User name'), 'mira');
  await user.type(screen.getByLabelText(/^App password/), password);
  await user.click(screen.getByRole('button', { name: 'Look what is there' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(told);
  await expectNoViolations();
});

test.each([
  ['selfmade', '9F:3C:52:D1', 'It is the same: trust this certificate', '#sha256=9f3c52d1'],
  ['http://nas.local', 'not be encrypted', 'Connect without encryption', '#insecure'],
])('%s is only reached when its owner says so', async (server, told, button, hash) => {
  const { api, user } = await open('Another server');
  const look = vi.spyOn(api, 'lookInto');
  await user.type(screen.getByLabelText('Server'), server);
  await user.type(screen.getByLabelText('User name'), 'mira');
  await user.click(screen.getByRole('button', { name: 'Look what is there' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(told);
  await expectNoViolations();
  await user.click(screen.getByRole('button', { name: button }));
  expect(await screen.findByRole('heading', { name: 'What was found' })).toBeVisible();
  expect(look.mock.calls.at(-1)?.[0]).toContain(hash);
});

test('a server that does not answer need not be waited for', async () => {
  const { user } = await open('Another server', (api) => (api.lookInto = () => new Promise(() => {})));
  await user.type(screen.getByLabelText('Server'), 'dav.example.org');
  await user.click(screen.getByRole('button', { name: 'Look what is there' }));
  expect(screen.getByText('Asking the server…')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.getByRole('button', { name: 'Look what is there' })).toBeEnabled();
});
