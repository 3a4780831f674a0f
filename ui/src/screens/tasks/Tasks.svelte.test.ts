import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Tasks from './Tasks.svelte';

beforeEach(() => speak(['en-GB']));

function show(hash = '#/tasks', state = 'demo') {
  window.history.replaceState(null, '', hash);
  const route = new Route(window);
  render(Tasks, { api: twin(new URLSearchParams({ twin: state })), route });
  return { route, user: userEvent.setup() };
}

test('what is overdue comes first and says so, what is done stands apart', async () => {
  const { user } = show();
  const list = await screen.findByRole('listbox', { name: 'To-dos' });
  const rows = within(list).getAllByRole('option');
  expect(rows[0]).toHaveTextContent(/Bleed the radiators.*Overdue since/);
  expect(rows[1]).toHaveTextContent(/Plant tulips.*Today/);
  expect(within(list).queryByText('Return the drill')).toBeNull();
  await user.click(screen.getByRole('radio', { name: 'Done' }));
  expect(await screen.findByText('Return the drill')).toBeVisible();
  await expectNoViolations();
});

test('a list shows only its own, and a to-do opens with its notes and history', async () => {
  const { user, route } = show();
  const lists = await screen.findByRole('navigation', { name: 'Lists' });
  const chosen = within(lists).getAllByRole('button')[1];
  await user.click(chosen as HTMLElement);
  expect(chosen).toHaveAttribute('aria-current', 'true');
  await user.click(await screen.findByText('Oat milk'));
  expect(await screen.findByRole('heading', { level: 2, name: 'Oat milk' })).toBeVisible();
  expect(screen.getByRole('region', { name: 'History' })).toHaveTextContent('First seen');
  expect(route.id).not.toBeNull();
  await expectNoViolations();
});

test.each([
  ['empty', '#/tasks', 'No to-dos yet'],
  ['demo', '#/tasks/0000', 'This to-do is not in the archive'],
  ['demo', '#/tasks?asOf=2001-01-01', 'No to-dos on that day'],
])('%s at %s: %s', async (state, hash, title) => {
  show(hash, state);
  expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  await expectNoViolations();
});

test('an archive that cannot be read says so', async () => {
  show('#/tasks', 'newer');
  expect(await screen.findByRole('alert')).toHaveTextContent('A newer Sidekeep wrote this archive');
  await expectNoViolations();
});
