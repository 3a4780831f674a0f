import { flushSync } from 'svelte';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { offer, offered } from '../../frame/selected';
import type { Api, Events } from '../../ipc';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Calendar from './Calendar.svelte';

const now = Date.parse('2026-11-22T12:00:00Z');

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  sessionStorage.clear();
  window.history.replaceState(null, '', '#/calendar');
  offer(null);
  // Weeks begin on Monday.
  await speak(['en-GB']);
});
afterEach(() => vi.useRealTimers());

function show({ state = 'demo', hash = '#/calendar', api = {} as Partial<Api> } = {}) {
  window.history.replaceState(null, '', hash);
  const route = new Route(window);
  const engine = Object.assign(twin(new URLSearchParams({ twin: state }), now), api);
  return { route, engine, user: userEvent.setup(), ...render(Calendar, { api: engine, route }) };
}

const month = (name = 'November 2026') => screen.findByRole('grid', { name });
const events = (name: RegExp) => screen.findAllByRole('button', { name });

test('a month has days with their events, and no violations', async () => {
  show();
  const grid = await month();
  await events(/Stand-up/);
  expect(within(grid).getAllByRole('gridcell')).toHaveLength(42);
  const days = within(grid).getAllByRole('button', { name: /2026, (\d+ events?|No events)$/ });
  expect(days).toHaveLength(42);
  expect(days[0]).toHaveAccessibleName(/^Monday 26 October 2026|^Monday, 26 October 2026/);
  expect(within(grid).getByRole('button', { current: 'date' })).toHaveAccessibleName(
    /22 November 2026, 6 events$/,
  );
  expect((await events(/A rule/))[0]).toHaveAccessibleName(/rule not understood$/);
  await expectNoViolations();
});

test.each([
  ['week', () => screen.findByRole('region', { name: /16 November 2026.*22 November 2026/ })],
  ['agenda', () => screen.findByRole('listbox', { name: /^Agenda/ })],
])('%s has no violations', async (view, found) => {
  show({ hash: `#/calendar?view=${view}` });
  await found();
  await screen.findAllByText('Stand-up');
  await expectNoViolations();
});

test('keys move the day, the month and the view', async () => {
  const { user, route } = show();
  await month();
  const focused = () => document.activeElement?.textContent ?? '';
  await user.keyboard('t');
  await waitFor(() => expect(focused()).toMatch(/22 November 2026/));
  await user.keyboard('{ArrowLeft}');
  await waitFor(() => expect(focused()).toMatch(/21 November 2026/));
  await user.keyboard('{ArrowUp}{Home}');
  await waitFor(() => expect(focused()).toMatch(/9 November 2026/));
  await user.keyboard('{PageDown}');
  await month('December 2026');
  expect(route.query.date).toBe('2026-12-09');
  await user.keyboard('{PageUp}{PageUp}');
  await month('October 2026');
  await user.keyboard('w');
  expect(await screen.findByRole('region', { name: /5 October 2026.*11 October 2026/ })).toBeInTheDocument();
  await user.keyboard('a');
  expect(await screen.findByRole('listbox')).toBeInTheDocument();
  await user.keyboard('mt');
  await month();
  expect(route.query.date).toBeUndefined();
});

test('Enter shows a whole day, an event opens, and Esc leads back step by step', async () => {
  const { user, route } = show();
  await month();
  await events(/Stand-up/);
  await user.keyboard('t');
  await waitFor(() => expect(document.activeElement).toHaveAttribute('data-day'));
  await user.keyboard('{Enter}');
  const day = await screen.findByRole('dialog', { name: /22 November 2026/ });
  expect(
    within(day).getAllByRole('button', { name: /(Bins|Pay|Design|Interview|Budget|Physio)/ }),
  ).toHaveLength(6);
  expect(
    within(day).getByRole('button', { name: '17:00 Physio, 17:00 to 17:30, Mira, cancelled' }),
  ).toBeInTheDocument();
  await expectNoViolations();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toHaveAttribute('data-day');
  await user.keyboard('{Enter}{ArrowDown}{ArrowDown}{Enter}');
  const heading = await screen.findByRole('heading', { level: 2, name: 'Design review' });
  await waitFor(() => expect(document.activeElement?.tagName).toBe('H2'));
  expect(route.id).not.toBeNull();
  const detail = heading.closest('aside')!;
  expect(detail).toHaveTextContent(/22 November 2026, 10:00–\u206011:30/);
  expect(detail).toHaveTextContent(/Noor Jansen.*comes.*Tariq Haddad.*may come/);
  expect(detail).toHaveTextContent('15 minutes before');
  expect(offered()?.ids()).toEqual([route.id]);
  await expectNoViolations();
  await user.keyboard('{Escape}');
  expect(route.id).toBeNull();
  await waitFor(() => expect(route.query.at).toBeUndefined());
  expect(offered()).toBeNull();
});

test('a series says how it repeats, what was changed, and its history', async () => {
  const { user } = show();
  const [choir] = await events(/20:30 Choir/);
  expect(choir).toHaveAccessibleName(/moved or changed this once$/);
  await user.click(choir!);
  const detail = (await screen.findByRole('heading', { level: 2, name: 'Choir' })).closest('aside')!;
  expect(detail).toHaveTextContent('Every week');
  expect(detail).toHaveTextContent('once moved or changed');
  expect(within(detail).getByText('Choir (tentative)').tagName).toBe('DEL');
  expect(within(detail).getByText('First seen')).toBeInTheDocument();
});

test('a rule that nobody understands is shown as it is written', async () => {
  const { user } = show();
  await user.click((await events(/A rule/))[0]!);
  expect(await screen.findByRole('alert')).toHaveTextContent('FREQ=FORTNIGHTLY;BYMOON=FULL');
});

test('an event that was found by its name is shown where it is', async () => {
  const [dentist] = await twin(undefined, now).search('dentist', 1);
  const { route } = show({ hash: `#/calendar/${dentist!.id}` });
  await waitFor(() => expect(route.query.at).toBe('2026-11-25T08:40:00'));
  expect(await screen.findByRole('heading', { level: 2, name: 'Dentist' })).toBeInTheDocument();
  expect(screen.getByText(/Wednesday,? 25 November 2026, 08:40/)).toBeInTheDocument();
});

test('one that is not there is told', async () => {
  show({ hash: '#/calendar/none' });
  expect(await screen.findByRole('alert')).toHaveTextContent('This event is not in the archive');
});

test('calendars are hidden and shown, and stay so', async () => {
  const { user, unmount } = show();
  await events(/Stand-up/);
  await user.click(screen.getByRole('checkbox', { name: 'Work' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: /Stand-up/ })).toBeNull());
  unmount();
  show();
  await events(/Choir/);
  expect(screen.queryByRole('button', { name: /Stand-up/ })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Show all calendars' }));
  await events(/Stand-up/);
});

test('what was not read is said beside the calendars', async () => {
  const { engine } = show();
  await events(/Stand-up/);
  const home = await engine.home();
  const pixel = home.phones[0]!;
  const [part] = pixel.parts;
  const kinds = part!.kinds.map((row) =>
    row.kind === 'event'
      ? { ...row, reading: { reading: 'unavailable' as const, why: { reason: 'refused' as const } } }
      : row,
  );
  show({ api: { home: async () => ({ ...home, phones: [{ ...pixel, parts: [{ ...part!, kinds }] }] }) } });
  expect(await screen.findAllByText(/Not fully read: Access is refused/)).not.toHaveLength(0);
});

test('a calendar without events, as lists of to-dos come, has nothing to show or hide', async () => {
  const rows = await twin(undefined, now).calendars();
  const bare = rows.find(({ kind, items }) => kind === 'event' && items > 0)!;
  const household = { ...bare, id: 'household', name: 'Household', items: 0 };
  show({ api: { calendars: async () => [...rows, household] } });
  await events(/Stand-up/);
  expect(screen.getByRole('checkbox', { name: bare.name })).toBeInTheDocument();
  expect(screen.queryByRole('checkbox', { name: 'Household' })).toBeNull();
});

test('an earlier day shows what there was', async () => {
  show({ hash: '#/calendar?asOf=2020-01-01' });
  expect(await month('January 2020')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Stand-up/ })).toBeNull();
});

test('nothing yet, and trouble with the next step', async () => {
  const { unmount } = show({ state: 'empty' });
  expect(await screen.findByRole('heading', { name: 'No events yet' })).toBeInTheDocument();
  await expectNoViolations();
  unmount();
  const { user, engine } = show({ state: 'error' });
  expect(await screen.findByRole('alert')).toHaveTextContent('Sidekeep has changed nothing there.');
  await expectNoViolations();
  const good = twin(undefined, now);
  engine.occurrences = (span) => good.occurrences(span);
  engine.calendars = () => good.calendars();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  await events(/Stand-up/);
});

test('a change of the archive is read', async () => {
  const handlers: Record<string, () => void> = {};
  const { engine } = show({
    api: {
      on: <Name extends keyof Events>(event: Name, handler: (payload: Events[Name]) => void) => {
        handlers[event] = handler as () => void;
        return () => {};
      },
    },
  });
  await events(/Stand-up/);
  engine.occurrences = async () => [];
  handlers.changed!();
  await waitFor(() => expect(screen.queryByRole('button', { name: /Stand-up/ })).toBeNull());
});

test('the months beside are asked for ahead, shown at once, and asked for anew when the archive changed', async () => {
  let change = () => {};
  const asked: string[] = [];
  const good = twin(undefined, now);
  show({
    api: {
      occurrences: (span) => {
        asked.push(span.from);
        return good.occurrences(span);
      },
      on: <Name extends keyof Events>(event: Name, handler: (payload: Events[Name]) => void) => {
        if (event === 'changed') change = handler as () => void;
        return () => {};
      },
    },
  });
  await events(/Stand-up/);
  await waitFor(() => expect(asked).toEqual(['2026-10-26', '2026-11-30', '2026-09-28']));
  // No answer is awaited between the key and the events.
  fireEvent.keyDown(document.body, { key: 'PageDown' });
  flushSync();
  expect(screen.getAllByRole('button', { name: /Stand-up/ }).length).toBeGreaterThan(0);
  expect(screen.getByRole('grid', { name: 'December 2026' })).toBeInTheDocument();
  await waitFor(() => expect(asked.slice(3)).toEqual(['2026-12-28']));
  change();
  await waitFor(() => expect(asked.slice(4)).toEqual(['2026-11-30', '2026-12-28', '2026-10-26']));
});

test('an event that has the focus gives it to its day when its month is gone', async () => {
  const { user } = show();
  const [event] = await events(/Stand-up/);
  event!.focus();
  await user.keyboard('{PageDown}');
  await month('December 2026');
  await waitFor(() => expect(document.activeElement).toHaveAttribute('data-day'));
});

test('days that could not be read ahead are asked for again', async () => {
  const good = twin(undefined, now);
  const { user, engine } = show({
    api: {
      occurrences: (span) =>
        span.from === '2026-10-26' ? good.occurrences(span) : Promise.reject(new Error('locked')),
    },
  });
  await events(/Stand-up/);
  engine.occurrences = (span) => good.occurrences(span);
  await user.keyboard('{PageDown}');
  await month('December 2026');
  await events(/Stand-up/);
});
