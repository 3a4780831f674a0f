import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import type { Api, PhoneLink } from '../../ipc';
import { twin } from '../../ipc/twin';
import { links } from '../../ipc/twin/home';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Rescue from './Rescue.svelte';

beforeEach(() => speak(['en-GB']));

function open(state = 'demo', hash = '#/rescue', change: (api: Api) => void = () => {}) {
  window.history.replaceState(null, '', hash);
  const api = twin(new URLSearchParams({ twin: state }));
  change(api);
  render(Rescue, { api, route: new Route(window) });
  return { api, user: userEvent.setup() };
}

test.each(['demo', 'empty'])('%s has no violations', async (state) => {
  open(state);
  await screen.findByText(state === 'demo' ? 'Mira’s Pixel 8' : 'No phone is here yet');
  await expectNoViolations();
});

test('the advice stands before the button, and the phone that is ready is chosen', async () => {
  const { api, user } = open();
  const mirror = vi.spyOn(api, 'mirror');
  expect(screen.getByText('Keep it charging')).toBeVisible();
  const button = await screen.findByRole('button', { name: 'Rescue Mira’s Pixel 8 now' });
  await user.click(button);
  expect(mirror).toHaveBeenCalledWith('adb-usb:38251FDJH00A7C', true);
  expect(await screen.findByText('Safe so far')).toBeVisible();
});

test('a folder is no phone to rescue, even where no phone is here', async () => {
  const folder = (phone: string | null, phone_name: string | null): PhoneLink => ({
    source: `folder:/home/mira/${phone}`,
    name: phone_name,
    phone,
    phone_name,
    link: 'folder',
    left_out: [],
    ready: true,
    needs: null,
  });
  open('demo', '#/rescue/lists', (api) => {
    const home = api.home.bind(api);
    api.home = async () => {
      const found = await home();
      const own = { id: 'lists', name: 'Lists' };
      const [first] = found.phones;
      const parts = first!.parts.map((part) => ({ ...part, ...own }));
      const lists = { ...first!, ...own, parts, links: [folder('lists', 'Lists')] };
      return { ...found, phones: [lists, ...found.phones] };
    };
    api.reachable = async () => [
      folder('lists', 'Lists'),
      folder(null, 'Downloads'),
      ...links().map((link) => ({ ...link, ready: false, needs: 'unplugged' as const })),
    ];
  });
  expect(await screen.findByRole('radio', { name: /Pixel 8/ })).toBeChecked();
  expect(screen.getAllByRole('radio')).toHaveLength(2);
  await expect.poll(() => screen.queryByRole('button', { name: 'Rescue now' })).toBeDisabled();
});

test('a phone that is not ready can be chosen, but not rescued', async () => {
  open('demo', '#/rescue/android-b6027d14');
  expect(await screen.findByRole('radio', { name: /Galaxy S9/ })).toBeChecked();
  expect(screen.getByRole('button', { name: 'Rescue now' })).toBeDisabled();
});

test('a rescue that was stopped says what came and what did not', async () => {
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'Rescue Mira’s Pixel 8 now' }));
  await screen.findByText('Safe so far');
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('What did not come')).toBeVisible();
  expect(screen.getByText('Videos: not reached')).toBeVisible();
  await expectNoViolations();
});
