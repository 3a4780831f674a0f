import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import History from './History.svelte';
import { dayOf } from './story';

beforeEach(() => speak(['en-GB']));

function show(hash = '#/history', state = 'demo') {
  window.history.replaceState(null, '', hash);
  const api = twin(new URLSearchParams({ twin: state }));
  const route = new Route(window);
  render(History, { api, route });
  return { api, route, user: userEvent.setup() };
}

async function held(): Promise<string> {
  const runs = await twin().runs();
  return runs.find(({ verdicts }) => verdicts.some(({ hold }) => hold === 'open'))?.id ?? '';
}

test('runs stand by day, and a key opens one', async () => {
  const { user } = show();
  const list = await screen.findByRole('listbox', { name: 'Runs' });
  expect(within(list).getAllByRole('option')[0]).toHaveTextContent(/Today.*Pixel/);
  list.focus();
  await user.keyboard('{ArrowDown}');
  expect(await screen.findByRole('heading', { level: 2, name: /Pixel/ })).toBeVisible();
  expect(screen.getByRole('table', { name: 'What the run found, by kind' })).toBeVisible();
  await expectNoViolations();
});

test('a suspicious run tells its story, and a decision is asked for before it is taken', async () => {
  const { api, user } = show(`#/history/${await held()}`);
  const decide = vi.spyOn(api, 'decide');
  expect(await screen.findByText('218 of 240 contacts lost every phone number.')).toBeVisible();
  expect(screen.getByText('Access is refused; a permission is missing')).toBeVisible();
  const top = screen.getByRole('heading', { level: 2, name: /Galaxy/ }).parentElement!;
  expect(within(top).getByText('Needs your decision')).toBeVisible();
  expect(within(top).queryByText(/omplete/)).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Accept the change' }));
  const dialog = await screen.findByRole('dialog', { name: 'Accept the change?' });
  expect(dialog).toHaveTextContent('stays in the archive');
  expect(decide).not.toHaveBeenCalled();
  await expectNoViolations();
  await user.click(within(dialog).getByRole('button', { name: 'Accept the change' }));
  expect(decide).toHaveBeenCalledExactlyOnceWith(await held(), true);
  expect(await screen.findByText('Accepted by you')).toBeVisible();
  expect(within(top).queryByText('Needs your decision')).toBeNull();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('a decision that is refused says why, and the question stays', async () => {
  const { user } = show(`#/history/${await held()}`, 'readonly');
  await user.click(await screen.findByRole('button', { name: 'Keep the old view' }));
  const dialog = await screen.findByRole('dialog', { name: 'Keep the old view?' });
  await user.click(within(dialog).getByRole('button', { name: 'Keep the old view' }));
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('This computer does not allow it');
});

test('the items of a run open where they belong', async () => {
  const { route, user } = show(`#/history/${await held()}?view=items&kind=contact`);
  const list = await screen.findByRole('listbox', { name: 'Changes of this run' });
  await waitFor(() => expect(within(list).getAllByRole('option')[0]).toHaveTextContent('held back'));
  await expectNoViolations();
  list.focus();
  await user.keyboard('{Enter}');
  expect(route.screen).toBe('contacts');
  expect(route.id).not.toBeNull();
});

test('looking back: a day is chosen, and a screen shows it', async () => {
  const { route, user } = show();
  await user.click(await screen.findByRole('button', { name: 'Look back…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Look back to a day' });
  expect(within(dialog).getByRole('button', { name: /, 1 run$/, current: 'date' })).toBeVisible();
  await expectNoViolations();
  await user.click(within(dialog).getByRole('button', { name: 'Contacts' }));
  expect([route.screen, route.asOf]).toEqual(['contacts', dayOf(new Date().toISOString())]);
});

test.each([
  ['empty', '#/history', 'Nothing has happened yet'],
  ['demo', '#/history?phone=nobody', 'Nothing matches'],
])('%s at %s: %s', async (state, hash, title) => {
  show(hash, state);
  expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  await expectNoViolations();
});

test('an archive that cannot be read says so', async () => {
  show('#/history', 'error');
  expect(await screen.findByRole('alert')).toHaveTextContent('There is no archive here');
  await expectNoViolations();
});
