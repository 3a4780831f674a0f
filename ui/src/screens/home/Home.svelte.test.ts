import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import type { Api, Running } from '../../ipc';
import { twin } from '../../ipc/twin';
import { links } from '../../ipc/twin/home';
import { account, pixel as phone } from '../../ipc/twin/phones';
import { running } from '../../ipc/twin/running';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Home from './Home.svelte';

beforeEach(() => speak(['en-GB']));

function open(state = 'demo', hash = '#/home', change: (api: Api) => void = () => {}) {
  window.history.replaceState(null, '', hash);
  const api = twin(new URLSearchParams({ twin: state }));
  change(api);
  render(Home, { api, route: new Route(window) });
  return { api, user: userEvent.setup() };
}

/** The engine's own words on what runs, said by the test instead of the twin. */
function telling(api: Api) {
  const handlers = new Set<(running: Running) => void>();
  const on = api.on.bind(api);
  api.on = (event, handler) => {
    if (event !== 'running') return on(event, handler);
    const take = handler as (running: Running) => void;
    handlers.add(take);
    return () => handlers.delete(take);
  };
  return (ended: Running['ended'], more: Partial<Running> = {}) =>
    handlers.forEach((take) => take({ ...running('mirror', 'x', 1), ended, ...more }));
}

const pixel = () => screen.findByRole('article', { name: 'Mira’s Pixel 8' });

test.each(['demo', 'partial', 'readonly', 'empty', 'error'])('%s has no violations', async (state) => {
  open(state);
  await expect.poll(() => screen.queryByRole('status', { name: 'Loading' })).toBeNull();
  await expectNoViolations();
});

test('a complete phone says so, and shows every kind with its numbers', async () => {
  open();
  const card = await pixel();
  expect(within(card).getByText('Complete, 12 minutes ago')).toBeVisible();
  const rows = within(card).getAllByRole('row').slice(1);
  expect(rows.map((row) => within(row).getByRole('rowheader').textContent.trim())).toEqual([
    'Contacts',
    'Groups',
    'Events',
    'To-dos',
    'Messages',
    'Calls',
    'Photos',
    'Videos',
  ]);
  expect(rows[4]).toHaveTextContent('Cannot be read over this link');
});

test('of a kind of which nothing is kept nothing is verified', async () => {
  open('demo');
  const card = await screen.findByRole('article', { name: /Galaxy S9/ });
  const rows = within(card).getAllByRole('row');
  const messages = rows.find((row) => within(row).queryByText('Messages'));
  const cells = within(messages!).getAllByRole('cell');
  expect(cells.slice(0, 3).map(({ textContent }) => textContent.trim())).toEqual([
    '–not known',
    '0',
    '–not known',
  ]);
});

test('a phone of which a kind is missing is never called complete', async () => {
  open('partial');
  const card = await pixel();
  expect(within(card).getByText('Incomplete: events not readable')).toBeVisible();
  expect(within(card).queryByText(/^Complete/)).toBeNull();
});

test('damaged files are told once, each by its whole path', async () => {
  let tell: ReturnType<typeof telling> = () => {};
  open('partial', '#/home', (api) => {
    tell = telling(api);
    const home = api.home.bind(api);
    api.home = async () => ({ ...(await home()), damaged: 5 });
  });
  const files = within(await screen.findByRole('list', { name: '5 files are damaged' }));
  const subject = 'Photos/2026/2026-08-01/IMG_2001.jpg';
  const trouble = { kind: 'damaged', subject, detail: '5' } as const;
  tell({ run: null, outcome: 'complete', trouble }, { job: 'verify', phone: null });
  expect(files.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    subject,
    'Photos/2026/2026-08-02/IMG_2002.jpg',
    'Photos/2026/2026-08-03/IMG_2003.jpg',
    'and 2 more',
  ]);
  expect(screen.queryByText(/Kept files are missing or damaged/)).toBeNull();
});

test('what is held back is told sentence by sentence, and leads to its run', async () => {
  const { user } = open();
  expect(await screen.findByText('218 of 240 contacts lost every phone number.')).toBeVisible();
  expect(screen.getByText(/^In “mira@example.org”, /)).toBeVisible();
  await user.click(await screen.findByRole('button', { name: 'Decide…' }));
  expect(window.location.hash).toMatch(/^#\/history\/./);
});

test('Mirror now shows the run on the card, and Stop stops it', async () => {
  const { user } = open();
  const card = await pixel();
  await user.click(await within(card).findByRole('button', { name: 'Mirror now' }));
  expect(await within(card).findByRole('progressbar', { name: 'Contacts' })).toBeVisible();
  expect(within(card).queryByRole('table')).toBeNull();
  await user.click(within(card).getByRole('button', { name: 'Stop' }));
  expect(await within(card).findByText(/Stopped. What came so far is kept/)).toBeVisible();
  expect(within(card).getByRole('table')).toBeVisible();
});

test('the tray’s wish to mirror is done once', async () => {
  let mirrored = 0;
  open('demo', '#/home?mirror', (api) => {
    api.mirror = async () => void (mirrored += 1);
  });
  await expect.poll(() => mirrored).toBe(1);
  expect(window.location.hash).toBe('#/home');
});

test.each([
  ['complete', ['adb-usb:38251FDJH00A7C', 'adb://192.168.1.23:5555']],
  ['partial', ['adb-usb:38251FDJH00A7C', 'adb://192.168.1.23:5555']],
  ['cancelled', ['adb-usb:38251FDJH00A7C']],
] as const)('the tray’s wish is every known phone that is here, in turn: after %s', async (outcome, all) => {
  const mirrored: string[] = [];
  let tell: ReturnType<typeof telling> = () => {};
  open('demo', '#/home?mirror', (api) => {
    tell = telling(api);
    const stranger = {
      source: 'adb-usb:1',
      name: null,
      phone: null,
      phone_name: 'Friend',
      link: 'usb',
    } as const;
    api.reachable = async () => [
      { ...stranger, left_out: [], ready: true, needs: null },
      ...links().map((link) => ({ ...link, ready: link.needs !== 'unplugged', needs: null })),
    ];
    api.mirror = async (source) => void mirrored.push(source);
  });
  await expect.poll(() => mirrored).toEqual(all.slice(0, 1));
  tell({ run: null, outcome, trouble: null });
  await expect.poll(() => mirrored).toEqual(all);
  tell({ run: null, outcome: 'complete', trouble: null });
  await expect.poll(() => mirrored).toEqual(all);
});

test('where no known phone is here, the tray’s wish mirrors nothing', async () => {
  const mirror = vi.fn(async () => {});
  open('demo', '#/home?mirror', (api) => {
    const stranger = {
      source: 'adb-usb:1',
      name: null,
      phone: null,
      phone_name: 'Friend',
      link: 'usb',
    } as const;
    api.reachable = async () => [
      { ...stranger, left_out: [], ready: true, needs: null },
      ...links().map((link) => ({ ...link, ready: false, needs: 'unplugged' as const })),
    ];
    api.mirror = mirror;
  });
  expect(await screen.findByText('Friend')).toBeVisible();
  await expect.poll(() => window.location.hash).toBe('#/home');
  expect(mirror).not.toHaveBeenCalled();
});

test('what failed before it had a card is told', async () => {
  let tell: ReturnType<typeof telling> = () => {};
  const { user } = open('demo', '#/home', (api) => {
    tell = telling(api);
  });
  await pixel();
  const trouble = { kind: 'missing', subject: '/media/card', detail: '' } as const;
  tell(
    { run: null, outcome: 'failed', trouble },
    { phone: null, phone_name: null, source: 'folder:/media/card' },
  );
  expect(await screen.findByText('Nothing was found there (/media/card).')).toBeVisible();
  expect(screen.getByText('The run could not go on. What came so far is kept.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('Nothing was found there (/media/card).')).toBeNull();
});

test('a demo that cannot be left says why', async () => {
  const { user } = open('demo', '#/home', (api) => {
    const opening = api.opening.bind(api);
    api.opening = async () => ({ ...(await opening()), demo: true });
    api.useArchive = () => Promise.reject({ kind: 'running', subject: null, detail: '' });
  });
  await user.click(await screen.findByRole('button', { name: 'Leave the demo' }));
  expect(await screen.findByText('Something is running already.')).toBeVisible();
});

test('a refusal says what is wrong', async () => {
  const { user } = open('demo', '#/home', (api) => {
    api.mirror = () => Promise.reject({ kind: 'locked', subject: null, detail: 'E_LOCKED' });
  });
  await user.click(await within(await pixel()).findByRole('button', { name: 'Mirror now' }));
  expect(await screen.findByText('The phone is locked, or only charging.')).toBeVisible();
  expect(screen.getByText('Unlock it and choose “File transfer” on it.')).toBeVisible();
});

test('a phone that appears shows by itself, with what it needs', async () => {
  open('empty', '#/home', (api) => {
    const on = api.on.bind(api);
    api.on = (event, handler) => {
      if (event === 'reachable') {
        const links = ['not-trusted', null].map((needs, index) => ({
          source: `adb-usb:${index}`,
          name: null,
          phone: null,
          phone_name: needs ? null : 'Zoë’s phone',
          link: 'usb',
          ready: needs === null,
          needs,
        }));
        queueMicrotask(() => (handler as (payload: unknown) => void)(links));
      }
      return on(event, handler);
    };
    api.reachable = () => new Promise(() => {});
  });
  const fresh = await screen.findByRole('article', { name: 'adb-usb:0' });
  expect(within(fresh).getByText('USB: unlock it and tap Allow')).toBeVisible();
  expect(within(fresh).queryByRole('button', { name: 'Mirror now' })).toBeNull();
  const ready = screen.getByRole('article', { name: 'adb-usb:1' });
  expect(within(ready).getByRole('heading', { name: 'Zoë’s phone' })).toBeVisible();
  expect(within(ready).getByRole('button', { name: 'Mirror now' })).toBeEnabled();
});

test('a way is forgotten after a question', async () => {
  const { api, user } = open();
  const forget = vi.spyOn(api, 'forgetSource');
  within(await pixel())
    .getByRole('button', { name: 'Menu of Mira’s Pixel 8' })
    .focus();
  await user.keyboard('{Enter}');
  await user.click(await screen.findByText('Forget pixel…'));
  expect(forget).not.toHaveBeenCalled();
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Forget' }));
  expect(forget).toHaveBeenCalledWith('pixel');
});

test('a read-only archive offers no run', async () => {
  open('readonly');
  expect(await screen.findByText('The archive is read-only.')).toBeVisible();
  expect(await within(await pixel()).findByRole('button', { name: 'Mirror now' })).toBeDisabled();
});

test('an account that belongs to a phone stands on its card, with proofs of its own, and is mirrored with it', async () => {
  const mirrored: string[] = [];
  const { user } = open('grouped', '#/home', (api) => {
    const tell = telling(api);
    api.mirror = async (source) => {
      mirrored.push(source);
      tell({ run: null, outcome: 'complete', trouble: null }, { phone: null, source });
    };
  });
  const card = await pixel();
  expect(screen.queryByRole('article', { name: 'mira@dav.example.org' })).toBeNull();
  const contacts = within(card).getAllByRole('rowheader', { name: /^Contacts/ });
  expect(contacts.map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim())).toEqual([
    'Contacts',
    'Contacts, Mira’s Pixel 8',
    'Contacts, mira@dav.example.org',
  ]);
  expect(await within(card).findByText('Account, ready')).toBeVisible();
  await expectNoViolations();
  await user.click(within(card).getByRole('button', { name: 'Mirror now' }));
  await expect.poll(() => mirrored).toEqual([phone.source, account.source]);
  // Both ends are told, each with whose it is.
  const ends = within(card).getAllByText(/this time/);
  expect(ends.map(({ textContent }) => textContent.trim().split(':')[0])).toEqual([
    'Mira’s Pixel 8',
    'mira@dav.example.org',
  ]);
});

test('the trouble of one source stays beside the good end of the other, until it was seen', async () => {
  let tell: ReturnType<typeof telling> = () => {};
  const { user } = open('grouped', '#/home', (api) => (tell = telling(api)));
  const card = await pixel();
  const trouble = { kind: 'login' as const, subject: null, detail: '' };
  tell({ run: null, outcome: 'failed', trouble }, { phone: account.id, source: account.source });
  tell({ run: null, outcome: 'complete', trouble: null }, { phone: phone.id, source: phone.source });
  const title = 'mira@dav.example.org: The account wants another password.';
  expect(await within(card).findByText(title)).toBeVisible();
  expect(within(card).getByText(/this time/)).toBeVisible();
  await expectNoViolations();
  await user.click(within(card).getByRole('button', { name: 'Close' }));
  expect(within(card).queryByText(title)).toBeNull();
  expect(within(card).getByText(/this time/)).toBeVisible();
});

test('an account by itself speaks of an account, and tells in one line what it never has', async () => {
  const { api } = open('grouped');
  await pixel();
  await api.belongs(account.id, null);
  const card = within(await screen.findByRole('article', { name: 'mira@dav.example.org' }));
  expect(card.getByRole('columnheader', { name: 'In the account' })).toBeVisible();
  const rows = card.getAllByRole('rowheader').map(({ textContent }) => textContent.trim());
  expect(rows).not.toContain('Photos');
  expect(rows).toContain('Contacts');
  expect(card.getByText(/^Not in this account: .*videos/)).toBeVisible();
  expect(card.queryByText('Cannot be read over this link')).toBeNull();
  await expectNoViolations();
});

test('what belongs to a phone is separated and joined again', async () => {
  const { user } = open('grouped');
  const menu = async (of: string, line: string) => {
    const card = within(await screen.findByRole('article', { name: of }));
    await user.click(card.getByRole('button', { name: `Menu of ${of}` }));
    await user.click(await screen.findByText(line));
  };
  await menu('Mira’s Pixel 8', 'Separate mira@dav.example.org');
  await menu('mira@dav.example.org', 'Belongs to…');
  const dialog = within(await screen.findByRole('dialog', { name: 'Whose is mira@dav.example.org?' }));
  expect(dialog.getByLabelText('Belongs to: Mira’s Pixel 8')).toBeVisible();
  await expectNoViolations();
  await user.click(dialog.getByRole('button', { name: 'It belongs there' }));
  await expect.poll(() => screen.queryByRole('article', { name: 'mira@dav.example.org' })).toBeNull();
});
