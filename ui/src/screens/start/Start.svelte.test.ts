import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import type { Api, Trouble } from '../../ipc';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Start from './Start.svelte';

beforeEach(() => speak(['en-GB']));

function open(hash = '#/start', change: (api: Api) => void = () => {}) {
  window.history.replaceState(null, '', hash);
  const api = twin(new URLSearchParams({ twin: 'first' }));
  change(api);
  render(Start, { api, route: new Route(window) });
  return { api, user: userEvent.setup() };
}

test.each(['', '/phone', '/android', '/iphone', '/account'])('start%s has no violations', async (step) => {
  open(`#/start${step}`);
  await screen.findByRole('heading', { level: 1 });
  await expectNoViolations();
});

test('three choices, and where everything will be kept', async () => {
  open();
  for (const name of ['Connect a phone', 'Bring in a folder', 'Look round with a demo phone'])
    expect(screen.getByRole('button', { name })).toBeEnabled();
  expect(await screen.findByText('/home/mira/Sidekeep')).toBeVisible();
});

test('each step is reached by its choice, and its title has the focus', async () => {
  const { user } = open();
  await user.click(screen.getByRole('button', { name: 'Connect a phone' }));
  expect(screen.getByRole('heading', { level: 1, name: 'Which phone?' })).toHaveFocus();
  await user.click(screen.getByRole('button', { name: 'iPhone or iPad' }));
  expect(screen.getByText(/is not in this version/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(window.location.hash).toBe('#/start/phone');
});

test('the demo runs before one’s eyes', async () => {
  const { user } = open();
  await user.click(screen.getByRole('button', { name: 'Look round with a demo phone' }));
  expect(await screen.findByText(/demo phone is being mirrored/)).toBeVisible();
  expect(await screen.findByRole('progressbar', { name: 'Contacts' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('Not everything came')).toBeVisible();
});

test('a folder is chosen and brought in', async () => {
  const { api, user } = open();
  const bring = vi.spyOn(api, 'bringIn').mockResolvedValue();
  await user.click(screen.getByRole('button', { name: 'Bring in a folder' }));
  expect(bring).toHaveBeenCalledWith(['/home/mira/Documents']);
});

test.each<[string, string, RegExp]>([
  ['192.168.1.9:37099', '123 456', /Paired\./],
  ['192.168.1.9:37099', '654321', /It shows another code/],
  ['192.168.1.9:37099', '12345', /six digits/],
  ['192.168.1.9', '123456', /with its port/],
])('pairing at %s with %s', async (address, code, answer) => {
  const { api, user } = open('#/start/android');
  const pair = vi.spyOn(api, 'pair');
  await user.click(screen.getByRole('radio', { name: 'Wi-Fi' }));
  expect(screen.getByRole('button', { name: 'Pair' })).toBeDisabled();
  await user.type(screen.getByRole('textbox', { name: 'Address beside the code' }), address);
  await user.type(screen.getByRole('textbox', { name: 'Pairing code' }), code);
  await user.click(screen.getByRole('button', { name: 'Pair' }));
  expect(await screen.findByText(answer)).toBeVisible();
  const sent = code.replace(' ', '').length === 6 && address.includes(':');
  expect(pair.mock.calls).toEqual(sent ? [[address, code.replace(' ', '')]] : []);
  await expectNoViolations();
});

test('the address of the only one that shows a code is there', async () => {
  let tell: (addresses: string[]) => void = () => {};
  const { user } = open('#/start/android', (api) => {
    api.pairing = async () => ['192.168.1.9:37099'];
    const on = api.on.bind(api);
    api.on = (event, handler) => {
      if (event === 'pairing') tell = handler as typeof tell;
      return on(event, handler);
    };
  });
  await user.click(screen.getByRole('radio', { name: 'Wi-Fi' }));
  const address = screen.getByRole('textbox', { name: 'Address beside the code' });
  expect(address).toHaveValue('192.168.1.9:37099');
  tell(['192.168.1.9:37099', '192.168.1.8:41000']);
  await vi.waitFor(() => expect(address).toHaveValue(''));
  tell(['192.168.1.8:41000']);
  await vi.waitFor(() => expect(address).toHaveValue('192.168.1.8:41000'));
  // What was typed stays.
  await user.clear(address);
  await user.type(address, '10.0.0.7:1');
  tell([]);
  tell(['192.168.1.9:37099']);
  await vi.waitFor(() => expect(address).toHaveValue('10.0.0.7:1'));
});

test('a code is shown until it is scanned, and a new one in time', async () => {
  const scans: ((came: boolean) => void)[] = [];
  let codes = 0;
  const { user } = open('#/start/android', (api) => {
    api.invite = async () => ({ side: 21, path: `M${++codes} 0h1v1h-1z` });
    api.pairInvited = () =>
      new Promise((scanned, late) => {
        scans.push((came) =>
          came ? scanned() : late({ kind: 'phone-busy', subject: null, detail: '' } satisfies Trouble),
        );
      });
  });
  await user.click(screen.getByRole('radio', { name: 'Wi-Fi' }));
  await user.click(screen.getByRole('button', { name: 'Show a QR code' }));
  const shown = async (path: string) =>
    vi.waitFor(() =>
      expect(screen.getByRole('img', { name: /QR code/ }).querySelector('path')).toHaveAttribute('d', path),
    );
  await shown('M1 0h1v1h-1z');
  expect(screen.getByRole('img', { name: /QR code/ })).toHaveAttribute('viewBox', '-4 -4 29 29');
  await expectNoViolations();
  scans[0]?.(false);
  await shown('M2 0h1v1h-1z');
  scans[1]?.(true);
  expect(await screen.findByText(/Paired\./)).toBeVisible();
  expect(screen.queryByRole('img', { name: /QR code/ })).toBeNull();
});

test.each<[string, 'locked' | 'unplugged' | null, RegExp]>([
  ['192.168.1.9:41317', null, /The phone answers/],
  ['192.168.1.9:41317', 'locked', /The phone is locked/],
  ['192.168.1.9:41317', 'unplugged', /There is no connection/],
  ['my phone', null, /An address looks like/],
])('the test of %s with %s', async (address, wants, answer) => {
  const forgotten: string[] = [];
  const added: string[] = [];
  const { user } = open('#/start/android', (api) => {
    api.addSource = async (text) => void added.push(text);
    api.forgetSource = async (name) => void forgotten.push(name);
    api.reachable = async () =>
      added.map((source) => ({
        source,
        name: source,
        phone: null,
        phone_name: null,
        link: 'network',
        left_out: [],
        ready: wants === null,
        needs: wants,
      }));
  });
  await user.click(screen.getByRole('radio', { name: 'Wi-Fi' }));
  await user.type(screen.getByRole('textbox', { name: 'Enter the address here' }), address);
  await user.click(screen.getByRole('button', { name: 'Test the connection' }));
  expect(await screen.findByText(answer)).toBeVisible();
  // What does not answer is not remembered.
  expect(forgotten).toEqual(wants ? ['adb://192.168.1.9:41317'] : []);
});

test('a phone that was refused is asked again once it is paired', async () => {
  const remembered = new Set<string>();
  let paired = false;
  const { user } = open('#/start/android', (api) => {
    api.pair = async () => void (paired = true);
    api.addSource = async (text) => void remembered.add(text);
    api.forgetSource = async (name) => void remembered.delete(name);
    api.reachable = async () =>
      [...remembered].map((source) => ({
        source,
        name: source,
        phone: null,
        phone_name: null,
        link: 'network',
        left_out: [],
        ready: paired,
        needs: paired ? null : 'not-paired',
      }));
  });
  await user.click(screen.getByRole('radio', { name: 'Wi-Fi' }));
  await user.type(screen.getByRole('textbox', { name: 'Enter the address here' }), '192.168.1.9:41317');
  await user.click(screen.getByRole('button', { name: 'Test the connection' }));
  expect(await screen.findByText(/not paired with it/)).toBeVisible();
  expect(remembered).toEqual(new Set());
  await user.type(screen.getByRole('textbox', { name: 'Address beside the code' }), '192.168.1.9:37099');
  await user.type(screen.getByRole('textbox', { name: 'Pairing code' }), '123456');
  await user.click(screen.getByRole('button', { name: 'Pair' }));
  await screen.findByText(/Paired\./);
  await user.click(screen.getByRole('button', { name: 'Test the connection' }));
  expect(await screen.findByText(/The phone answers/)).toBeVisible();
  expect(remembered).toEqual(new Set(['adb://192.168.1.9:41317']));
});
