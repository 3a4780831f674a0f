import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { offered } from '../../frame/selected';
import { twin } from '../../ipc/twin';
import { account } from '../../ipc/twin/phones';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Contacts from './Contacts.svelte';

beforeEach(async () => {
  await speak(['en-GB']);
});

function show(hash = '#/contacts', state = 'demo') {
  window.history.replaceState(null, '', hash);
  const api = twin(new URLSearchParams({ twin: state }));
  const route = new Route(window);
  render(Contacts, { api, route });
  return { api, route, user: userEvent.setup() };
}

async function idOf(name: string): Promise<string> {
  const people = await twin().people(null);
  return people.find((person) => person.name.includes(name))?.id ?? '';
}

test('typing narrows the list at once, and a key opens somebody', async () => {
  const { user, route } = show();
  const list = await screen.findByRole('listbox', { name: 'Contacts' });
  await user.type(screen.getByRole('searchbox'), 'sørensen');
  await waitFor(() => expect(route.query.q).toBe('sørensen'));
  const rows = within(list).getAllByRole('option');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => /sørensen/i.test(row.textContent ?? ''))).toBe(true);
  await user.keyboard('{ArrowDown}');
  expect(await screen.findByRole('heading', { level: 2, name: /Sørensen/ })).toBeVisible();
  await expectNoViolations();
});

test('a search asks the engine nothing', async () => {
  const { api, user } = show();
  await screen.findByRole('listbox', { name: 'Contacts' });
  const asked = [vi.spyOn(api, 'people'), vi.spyOn(api, 'person'), vi.spyOn(api, 'home')];
  await user.type(screen.getByRole('searchbox'), 'ing');
  await waitFor(() => expect(screen.getAllByRole('option').length).toBeLessThan(15));
  expect(asked.map((question) => question.mock.calls.length)).toEqual([0, 0, 0]);
});

test('everything that is known of a person is there, labels in words', async () => {
  show(`#/contacts/${await idOf('Prof. Dr. Ingrid')}`);
  expect(
    await screen.findByRole('heading', { level: 2, name: 'Prof. Dr. Ingrid Sørensen, MD' }),
  ).toBeVisible();
  for (const text of [
    '“Inge”, “Professor Penguin”',
    'Anniversary',
    'First day at the institute',
    'Spouse',
    'Threema',
  ])
    expect(screen.getAllByText(text).length).toBeGreaterThan(0);
  expect(screen.getByText('1961-02-29')).toBeVisible();
  await expectNoViolations();
});

test('a value is copied by its button, and nothing is opened', async () => {
  const { user } = show(`#/contacts/${await idOf('Prof. Dr. Ingrid')}`);
  const write = vi.spyOn(navigator.clipboard, 'writeText');
  await user.click(await screen.findByRole('button', { name: 'Copy: ABCD1234' }));
  expect(write).toHaveBeenCalledExactlyOnceWith('ABCD1234');
  expect(document.querySelector('a')).toBeNull();
});

test('text of a phone is text', async () => {
  show(`#/contacts/${await idOf('<b>Bobby</b>')}`);
  expect(await screen.findByRole('heading', { level: 2, name: '<b>Bobby</b> & "Sons"; DROP' })).toBeVisible();
  expect(document.querySelector('img[src="x"]')).toBeNull();
});

test('of very many numbers only some are in the page', async () => {
  const { user } = show(`#/contacts/${await idOf('Switchboard')}`);
  await user.click(await screen.findByRole('button', { name: 'Show all 40' }));
  const all = await screen.findByRole('listbox', { name: 'Phone numbers' });
  expect(within(all).getAllByRole('option')[0]).toHaveAttribute('aria-setsize', '40');
  await expectNoViolations();
});

test('each version says what is different, and the way back to an older one is looked at first', async () => {
  const people = await twin().people(null);
  const details = await Promise.all(people.map(({ id }) => twin().person(id, null)));
  const changed = details.find(({ versions }) => versions.filter(({ contact }) => contact).length === 3);
  const { user } = show(`#/contacts/${changed?.kept.id}`);
  const history = await screen.findByRole('region', { name: 'History' });
  expect(within(history).getByText('+49 40 000 11 22')).toBeVisible();
  const [put] = within(history).getAllByRole('button', { name: 'Put this version back…' });
  await user.click(put!);
  const dialog = await screen.findByRole('dialog', { name: `Put back “${changed?.kept.title}”` });
  expect(dialog).toHaveTextContent(/^.*The version of .*\./);
  expect(await within(dialog).findByRole('radio', { name: 'Take the kept version' })).toBeChecked();
});

test('several are chosen and offered to the export; Esc lets them go', async () => {
  const { user } = show();
  const list = await screen.findByRole('listbox', { name: 'Contacts' });
  list.focus();
  await user.keyboard('{Control>}a{/Control}');
  expect(await screen.findByRole('heading', { name: /contacts selected/ })).toBeVisible();
  const all = (await twin().people(null)).filter(({ present }) => present).length;
  expect(offered()?.ids()).toHaveLength(all);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('heading', { name: /contacts selected/ })).toBeNull());
});

test.each([
  ['empty', '#/contacts', 'No contacts yet'],
  ['demo', '#/contacts?q=xyzzy', 'Nobody matches'],
  ['demo', '#/contacts/0000', 'This contact is not in the archive'],
  ['demo', '#/contacts?asOf=2001-01-01', 'No contacts on that day'],
])('%s at %s: %s', async (state, hash, title) => {
  show(hash, state);
  expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  await expectNoViolations();
});

test('an archive that cannot be read says so', async () => {
  show('#/contacts', 'error');
  expect(await screen.findByRole('alert')).toHaveTextContent('There is no archive here');
  await expectNoViolations();
});

test('a row is dragged out as a file, and one of several that are chosen takes the others along', async () => {
  const { api, user } = show();
  const asFile = vi.spyOn(api, 'asFile');
  const dragOut = vi.spyOn(api, 'dragOut');
  const list = await screen.findByRole('listbox', { name: 'Contacts' });
  const rows = within(list).getAllByRole('option');
  await fireEvent.pointerDown(rows[0]!, { button: 0 });
  await fireEvent.dragStart(rows[0]!);
  await waitFor(() => expect(dragOut.mock.lastCall?.[0]).toEqual([expect.stringMatching(/\.vcf$/)]));
  expect(asFile).toHaveBeenCalledTimes(1);
  await user.keyboard('{Control>}');
  await user.click(rows[0]!);
  await user.click(rows[2]!);
  await user.keyboard('{/Control}');
  await fireEvent.dragStart(rows[2]!);
  await waitFor(() => expect(dragOut.mock.lastCall?.[0]).toHaveLength(2));
});

test('somebody whom a phone and its account have alike is shown once, with both and a history of each', async () => {
  const { api, user, route } = show('#/contacts', 'grouped');
  const list = await screen.findByRole('listbox', { name: 'Contacts' });
  const inSight = (name: string) => name !== '' && within(list).queryByText(name) !== null;
  const alike = (await api.people(null)).find(({ name, also }) => also.length > 0 && inSight(name))!;
  expect(within(list).getAllByText(alike.name)).toHaveLength(1);
  // Who is in both says nothing of where; who is in one of them only says in which.
  const row = (name: string) => within(list).getByText(name).closest('[role=option]');
  expect(row(alike.name)).not.toHaveTextContent('Only in');
  const marked = within(list).getAllByRole('option', { name: /Only in Mira’s Pixel 8/ });
  expect(marked.length).toBeGreaterThan(0);
  await user.click(within(list).getByText(alike.name));
  expect(await screen.findByText('Mira’s Pixel 8 · mira@dav.example.org')).toBeVisible();
  expect(screen.getByRole('region', { name: 'History in Mira’s Pixel 8' })).toBeVisible();
  expect(screen.getByRole('region', { name: 'History in mira@dav.example.org' })).toBeVisible();
  expect(screen.getByRole('region', { name: 'Kept here from mira@dav.example.org' })).toHaveTextContent(
    'Contacts',
  );
  await expectNoViolations();
  // Found by its other source it is the same, and still one of the list.
  route.open(alike.also[0]!.id);
  expect(await screen.findByText('mira@dav.example.org · Mira’s Pixel 8')).toBeVisible();
  expect(within(list).getByRole('option', { selected: true })).toHaveTextContent(alike.name);
  await api.belongs(account.id, null);
  await waitFor(() => expect(within(list).getAllByText(alike.name)).toHaveLength(2));
});

test('a group shows who is in it and opens them', async () => {
  const { api, route, user } = show();
  const [ada, ...rest] = await api.people(null);
  const detail = await api.person(ada?.id ?? '', null);
  const member = rest[0];
  vi.spyOn(api, 'person').mockResolvedValue({
    ...detail,
    group: { members: [{ id: member?.id ?? '', name: 'Grace' }], missing: 2 },
  });
  await user.click((await screen.findAllByRole('option'))[0] as HTMLElement);
  const group = await screen.findByRole('region', { name: 'Members' });
  expect(within(group).getByText(/^2 more are named by the group/)).toBeVisible();
  await user.dblClick(within(group).getByRole('option', { name: 'Grace' }));
  await waitFor(() => expect(route.id).toBe(member?.id));
  await expectNoViolations();
});
