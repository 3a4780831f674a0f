import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { twin } from '../../ipc/twin';
import { account } from '../../ipc/twin/phones';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import PutBack from './PutBack.svelte';
import type { Wish } from './putting.svelte';

beforeEach(() => speak(['en-GB']));

const everything: Wish = {
  kinds: ['contact', 'event'],
  item: null,
  phone: account.id,
  asOf: '2026-11-01T00:00:00.000Z',
  when: 'as it was on 1 November 2026',
  policy: 'merge',
};

function show(wish: Wish, state = 'demo') {
  const api = twin(new URLSearchParams({ twin: state }));
  const restore = vi.spyOn(api, 'restore');
  render(PutBack, { api, wish });
  return { api, restore, user: userEvent.setup() };
}

test('a collection is looked at first, then put back, and what did not go well is named', async () => {
  const { restore, user } = show(everything);
  const dialog = await screen.findByRole('dialog', { name: 'Put back' });
  expect(dialog).toHaveTextContent('As it was on 1 November 2026.');
  await user.click(await within(dialog).findByRole('radio', { name: 'Keep both' }));
  expect(dialog).toHaveTextContent('Nothing is deleted.');
  await expectNoViolations();
  await user.click(within(dialog).getByRole('button', { name: 'Show what would change' }));
  expect(await within(dialog).findByText('Looking what would change')).toBeVisible();
  expect(within(dialog).getByRole('progressbar')).toBeVisible();
  expect(await within(dialog).findByText('11 items would be written')).toBeVisible();
  expect(dialog).toHaveTextContent('50 there already');
  expect(dialog).toHaveTextContent('Its collection cannot be written to');
  const fields = within(dialog).getAllByRole('table')[0]!;
  expect(
    within(fields).getByRole('row', { name: /Job title.*the two differ.*Head of the clinic/ }),
  ).toBeVisible();
  // The same address twice, labelled otherwise.
  const row = within(fields).getByRole('row', { name: /^E-mail/ });
  expect(row).toHaveTextContent(/ada@example.org\s*Home\s*ada@example.org\s*Work, preferred/);
  await expectNoViolations();
  expect(restore).toHaveBeenCalledExactlyOnceWith(
    {
      kind: 'contact',
      ids: [],
      phone: account.id,
      collection: null,
      as_of: everything.asOf,
      to: account.source,
      into: null,
      policy: 'keep-both',
    },
    true,
  );
  await user.click(within(dialog).getByRole('button', { name: 'Put back' }));
  expect(await within(dialog).findByText('Not everything is back')).toBeVisible();
  expect(dialog).toHaveTextContent('10 written, all read again, and found as they were written.');
  expect(dialog).toHaveTextContent('changed there meanwhile; not written');
  expect(restore.mock.calls.map(([, preview]) => preview)).toEqual([true, false]);
  await expectNoViolations();
  await user.click(within(dialog).getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('what was written and came back otherwise is no success', async () => {
  const { api, user } = show({ ...everything, kinds: ['contact'] });
  const other = twin();
  vi.spyOn(api, 'restore').mockImplementation(async (order, preview) => {
    const done = await other.restore(order, true);
    const items = done.items.slice(3, 4).map((row) => ({ ...row, differing: ['phones'] }));
    const counts = { ...done.counts, added: 1, updated: 0, refused: 0, confirmed: 0 };
    return { ...done, preview, run: preview ? null : 'r', outcome: 'partial', items, counts };
  });
  await user.click(await screen.findByRole('button', { name: 'Show what would change' }));
  await user.click(await screen.findByRole('button', { name: 'Put back' }));
  expect(await screen.findByText('Not everything is back')).toBeVisible();
  expect(screen.getByText('Of 1 written, only 0 were read again as they were written.')).toBeVisible();
  expect(screen.getByText('Otherwise: Phone')).toBeVisible();
});

test('looking can be stopped, and nothing is written', async () => {
  const { restore, user } = show(everything);
  await user.click(await screen.findByRole('button', { name: 'Show what would change' }));
  await user.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('Stopped')).toBeVisible();
  expect(restore).toHaveBeenCalledTimes(1);
});

test('a refusal says what to do, and the choice stays', async () => {
  const { user } = show(everything, 'partial');
  await user.click(await screen.findByRole('button', { name: 'Show what would change' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The account wants another password.');
  expect(screen.getByRole('button', { name: 'Show what would change' })).toBeEnabled();
});

test('without an account there is nowhere to put it, and the way to one stands there', async () => {
  show(everything, 'empty');
  expect(await screen.findByText('Nothing can be put back yet')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Connect an account' })).toHaveAttribute('href', '#/start/account');
  await expectNoViolations();
});

test('one item says its name, and that it goes elsewhere than it was', async () => {
  const { api } = show(everything);
  const [someone] = await api.people(null);
  document.body.replaceChildren();
  const { restore, user } = show({
    ...everything,
    kinds: ['contact'],
    item: { id: someone!.id, title: 'Ada' },
    phone: someone!.phone,
    policy: 'keep-archive',
  });
  const dialog = await screen.findByRole('dialog', { name: 'Put back “Ada”' });
  expect(await within(dialog).findByText(/It is written into My account all the same/)).toBeVisible();
  expect(within(dialog).getByRole('radio', { name: 'Take the kept version' })).toBeChecked();
  await user.click(within(dialog).getByRole('button', { name: 'Show what would change' }));
  expect(await within(dialog).findByText('1 item would be written')).toBeVisible();
  expect(restore.mock.calls[0]?.[0].ids).toEqual([someone!.id]);
});
