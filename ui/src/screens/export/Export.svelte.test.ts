import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { offer } from '../../frame/selected';
import type { Api, ExportDone, ExportOrder } from '../../ipc';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Export from './Export.svelte';

const now = Date.parse('2026-11-22T12:00:00Z');
const nothing: ExportDone = {
  items: 0,
  groups: 0,
  files: [],
  file_count: 0,
  bytes: 0,
  already: 0,
  derived: 0,
  repeated: 0,
  losses: [],
  left_out: [],
  unproven: [],
};

beforeEach(async () => {
  await speak(['en-GB']);
  // Once the export is open, nothing is offered any more.
  window.history.replaceState(null, '', '#/contacts');
  offer(null);
});

function show({ state = 'demo', hash = '#/export', api = {} as Partial<Api> } = {}) {
  window.history.replaceState(null, '', hash);
  const route = new Route(window);
  const engine = Object.assign(twin(new URLSearchParams({ twin: state }), now), api);
  return { route, engine, user: userEvent.setup(), ...render(Export, { api: engine, route }) };
}

const preview = () => screen.findByRole('region', { name: 'Preview' });
const ready = async () => {
  const button = within(await preview()).getByRole('button', { name: /^Export/ });
  await waitFor(() => expect(button).toBeEnabled());
  return button;
};

test('a preview says how many, how much and what is lost', async () => {
  const { user } = show();
  await ready();
  expect(await preview()).toHaveTextContent(/60 contacts.*1 file, about 84 kB/);
  await expectNoViolations();
  await user.click(screen.getByRole('radio', { name: /^Outlook/ }));
  await waitFor(async () => expect(await preview()).toHaveTextContent('In another place in Outlook'));
  expect(await preview()).toHaveTextContent(/Messenger addresses.*9 contacts, such as/i);
  expect(screen.getByRole('checkbox', { name: /One file per contact/ })).toBeDisabled();
  await expectNoViolations();
});

test('a selection is exported, and can be left', async () => {
  const people = await twin(undefined, now).people(null);
  const ids = people
    .filter(({ present }) => present)
    .slice(0, 3)
    .map(({ id }) => id);
  offer({ what: 'contacts', ids: () => ids });
  const { user } = show();
  expect(await screen.findByRole('radio', { name: '3 selected' })).toBeChecked();
  await waitFor(async () => expect(await preview()).toHaveTextContent('3 contacts'));
  await user.click(screen.getByRole('radio', { name: 'All' }));
  await waitFor(async () => expect(await preview()).toHaveTextContent('60 contacts'));
});

test('what is chosen is what is asked for', async () => {
  const asked: ExportOrder[] = [];
  const exportPreview = async (order: ExportOrder) => {
    asked.push(order);
    return { ...nothing, items: 7 };
  };
  const { user } = show({ hash: '#/export?what=photos&asOf=2026-03-01', api: { exportPreview } });
  await user.click(await screen.findByRole('radio', { name: 'JPEG' }));
  expect(screen.getByRole('button', { name: 'As it was on: 1 March 2026' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'From: Any day' }));
  const from = within(await screen.findByRole('dialog', { name: 'From' }));
  await user.click(from.getByRole('button', { name: /\b1 November 2026/ }));
  expect(await screen.findByRole('button', { name: 'From: 1 November 2026' })).toBeVisible();
  await waitFor(() =>
    expect(asked.at(-1)).toMatchObject({
      what: 'photos',
      jpeg_quality: 85,
      since: '2026-11-01',
      as_of: '2026-03-01T22:59:59.999Z',
      to: null,
    }),
  );
  await user.click(screen.getByRole('button', { name: 'Until: Any day' }));
  const until = within(await screen.findByRole('dialog', { name: 'Until' }));
  await user.click(until.getByRole('button', { name: 'Previous month' }));
  await expectNoViolations();
  await user.click(await until.findByRole('button', { name: /\b2 October 2026/ }));
  expect(await screen.findByText('The first day is after the last.')).toBeInTheDocument();
  expect(within(await preview()).getByRole('button', { name: 'Export…' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Until: 2 October 2026' }));
  await user.click(await screen.findByRole('button', { name: 'Any day' }));
  await waitFor(() => expect(screen.queryByText('The first day is after the last.')).toBeNull());
  expect(screen.getByRole('button', { name: 'Until: Any day' })).toBeVisible();
});

test('files are written, opened, shown and dragged out', async () => {
  const [open, reveal, dragOut] = [vi.fn(async () => {}), vi.fn(async () => {}), vi.fn(async () => {})];
  const { user } = show({ api: { open, reveal, dragOut } });
  await user.click(await ready());
  expect(await screen.findByRole('button', { name: 'Stop' })).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: /^Google/ })).toBeDisabled();
  const heading = await screen.findByRole('heading', { name: '60 contacts written' });
  await waitFor(() => expect(heading).toHaveFocus());
  await expectNoViolations();
  await user.click(screen.getByRole('button', { name: 'Open Contacts.vcf' }));
  expect(open).toHaveBeenCalledExactlyOnceWith('/home/mira/Documents/Contacts.vcf');
  await user.click(screen.getByRole('button', { name: 'Show in folder' }));
  expect(reveal).toHaveBeenCalledOnce();
  await fireEvent.dragStart(screen.getByRole('button', { name: 'Drag the files out' }));
  expect(dragOut).toHaveBeenCalledExactlyOnceWith(['/home/mira/Documents/Contacts.vcf']);
  reveal.mockRejectedValueOnce(new Error());
  await user.click(screen.getByRole('button', { name: 'Show in folder' }));
  expect(await screen.findByRole('alert')).toBeInTheDocument();
});

test('files in the way are replaced only when told', async () => {
  const { user } = show();
  await user.click(await ready());
  await user.click(await screen.findByRole('button', { name: 'Export something else' }));
  await user.click(await ready());
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Nothing was written. The first one is Contacts.vcf.');
  await expectNoViolations();
  await user.click(within(alert).getByRole('button', { name: 'Replace them' }));
  expect(await screen.findByRole('heading', { name: '60 contacts written' })).toBeInTheDocument();
});

test('an export is stopped', async () => {
  const { user } = show();
  await user.click(await ready());
  await user.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The export was stopped');
});

test('closing the question for a folder writes nothing', async () => {
  const exportTo = vi.fn();
  const { user } = show({ api: { chooseFolder: async () => null, exportTo } });
  await user.click(await ready());
  expect(exportTo).not.toHaveBeenCalled();
});

test('what does not read back is no success', async () => {
  const exportTo = async () => ({
    ...nothing,
    items: 2,
    files: ['/x/a.vcf'],
    file_count: 1,
    unproven: ['1'],
    left_out: [{ id: '2', title: '🦊', why: 'damaged' as const }],
  });
  const { user } = show({ api: { exportTo } });
  await user.click(await ready());
  expect(await screen.findByRole('alert')).toHaveTextContent('1 could not be proven');
  expect(screen.getByText('1 cannot be exported')).toBeInTheDocument();
  expect(screen.queryByText(/^Read back and compared/)).toBeNull();
});

test('nothing kept, nothing that fits, and trouble', async () => {
  const empty = show({ state: 'empty' });
  expect(await screen.findByRole('heading', { name: 'Nothing to export yet' })).toBeInTheDocument();
  await expectNoViolations();
  empty.unmount();
  const none = show({ api: { exportPreview: async () => nothing } });
  expect(await screen.findByText('Nothing matches')).toBeInTheDocument();
  none.unmount();
  show({ state: 'error' });
  expect(await screen.findByRole('alert')).toHaveTextContent('There is no archive here');
  await expectNoViolations();
});
