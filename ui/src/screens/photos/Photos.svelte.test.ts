import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { finding } from '../../frame/finding.svelte';
import { offer, offered } from '../../frame/selected';
import type { Api, Events } from '../../ipc';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { mark } from './roll';
import Photos from './Photos.svelte';

const now = Date.parse('2026-11-22T12:00:00Z');

beforeEach(() => {
  // jsdom has no layout: a window of a size in which several rows are in sight.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
  window.history.replaceState(null, '', '#/photos');
  localStorage.clear();
  offer(null);
  finding.open = false;
});

function show({ state = 'demo', hash = '#/photos', api = {} as Partial<Api> } = {}) {
  window.history.replaceState(null, '', hash);
  const route = new Route(window);
  const engine = Object.assign(twin(new URLSearchParams({ twin: state }), now), api);
  return { route, engine, user: userEvent.setup(), ...render(Photos, { api: engine, route }) };
}

async function timeline() {
  const grid = await screen.findByRole('grid', { name: 'Timeline' });
  return { grid, tiles: () => within(grid).getAllByRole('gridcell') };
}

function selected(grid: HTMLElement) {
  return within(grid).queryAllByRole('gridcell', { selected: true });
}

test('of very many pictures only those in sight are in the page', async () => {
  const count = 50_000;
  const column = <Value>(value: Value) => Array.from({ length: count }, () => value);
  const gallery = async () => ({
    ids: Array.from({ length: count }, (_, at) => `p${at}`),
    tags: '',
    days: Array.from({ length: count }, (_, at) => 20_700 - Math.floor(at / 40)),
    ratios: column(1333),
    marks: column(0),
    seconds: [],
    months: [],
  });
  show({ api: { gallery } });
  const { grid, tiles } = await timeline();
  expect(tiles().length).toBeLessThan(60);
  expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(10_000);
  expect(screen.getByText('50,000 photos')).toBeInTheDocument();
});

test('a timeline has names and no violations', async () => {
  show();
  const { tiles } = await timeline();
  expect(tiles()[0]).toHaveAccessibleName('Photo, taken on November 22, 2026');
  expect(tiles().some((tile) => /Video, .*length \d/.test(tile.ariaLabel ?? ''))).toBe(true);
  await expectNoViolations();
});

test('clicks select as on every desktop', async () => {
  const { user } = show();
  const { grid, tiles } = await timeline();
  await user.click(tiles()[1]!);
  expect(selected(grid)).toEqual([tiles()[1]]);
  await user.keyboard('{Control>}');
  await user.click(tiles()[3]!);
  await user.keyboard('{/Control}');
  expect(selected(grid)).toEqual([tiles()[1], tiles()[3]]);
  await user.keyboard('{Shift>}');
  await user.click(tiles()[5]!);
  await user.keyboard('{/Shift}');
  expect(selected(grid)).toEqual(tiles().slice(3, 6));
  expect(screen.getByRole('toolbar', { name: '3 selected' })).toBeInTheDocument();
  await expectNoViolations();
  await user.keyboard('{Escape}');
  expect(selected(grid)).toEqual([]);
  expect(screen.queryByRole('toolbar')).toBeNull();
});

test("a day's checkbox selects the day", async () => {
  const { user } = show();
  const { grid } = await timeline();
  const day = within(grid).getByRole('checkbox', { name: 'Select all of Friday, November 13, 2026' });
  await user.click(day);
  expect(selected(grid)).toHaveLength(5);
  expect(day).toBeChecked();
  await user.keyboard('{Control>}');
  await user.click(selected(grid)[0]!);
  await user.keyboard('{/Control}');
  expect(day).toBePartiallyChecked();
});

test('keys go about, select, open and come back', async () => {
  const { user, route } = show();
  const { grid, tiles } = await timeline();
  grid.focus();
  await user.keyboard('{ArrowRight}{ArrowRight} {Shift>}{ArrowRight}{/Shift}');
  expect(selected(grid)).toEqual(tiles().slice(2, 4));
  expect(grid).toHaveAttribute('aria-activedescendant', tiles()[3]!.id);
  await user.keyboard('{Escape}{ArrowLeft}{Enter}');
  const box = await screen.findByRole('dialog');
  expect(route.id).not.toBeNull();
  const before = route.id;
  await waitFor(() => expect(box).toContainElement(document.activeElement as HTMLElement));
  await user.keyboard('{ArrowRight}');
  expect(route.id).not.toBe(before);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(route.id).toBeNull();
  await waitFor(() => expect(grid).toHaveFocus());
  expect(grid).toHaveAttribute('aria-activedescendant', tiles()[3]!.id);
});

test('everything selected goes along to the export', async () => {
  const { user, route } = show();
  const { grid } = await timeline();
  grid.focus();
  await user.keyboard('{Control>}a{/Control}');
  await user.click(screen.getByRole('button', { name: 'Export…' }));
  expect(route.screen).toBe('export');
  expect(offered()?.what).toBe('photos');
  expect(offered()?.ids().length).toBeGreaterThan(500);
});

test('one file is shown in its folder, and trouble with it is told', async () => {
  const reveal = vi.fn(async () => {});
  const { user } = show({ api: { reveal } });
  const { tiles } = await timeline();
  await user.click(tiles()[0]!);
  await user.click(screen.getByRole('button', { name: 'Show in folder' }));
  await waitFor(() => expect(reveal).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/Photos\/2026/)));
  reveal.mockRejectedValueOnce(new Error());
  await user.click(screen.getByRole('button', { name: 'Show in folder' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('could not be reached');
});

test('what is dragged out is the selection, or the picture under the pointer', async () => {
  const dragOut = vi.fn(async (paths: string[]) => void paths);
  const { user } = show({ api: { dragOut } });
  const { tiles } = await timeline();
  await user.click(tiles()[0]!);
  await user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
  await fireEvent.dragStart(tiles()[1]!);
  await waitFor(() => expect(dragOut.mock.lastCall?.[0]).toHaveLength(3));
  await fireEvent.dragStart(tiles()[4]!);
  await waitFor(() => expect(dragOut.mock.lastCall?.[0]).toHaveLength(1));
});

test('filters narrow, are seen, and are taken away', async () => {
  const { user, route } = show({ hash: '#/photos?kind=film&favourites=1' });
  await screen.findByRole('button', { name: 'Remove filter: Videos' });
  await user.click(screen.getByRole('button', { name: 'Remove filter: Favourites' }));
  expect(route.query).toEqual({ kind: 'film' });
  const { tiles } = await timeline();
  await waitFor(() => expect(tiles().every((tile) => tile.ariaLabel?.startsWith('Video'))).toBe(true));
  screen.getByRole('button', { name: 'Filter' }).focus();
  await user.keyboard('{Enter}');
  // jsdom does not place what floats, so that it is hidden from roles.
  await user.click(await screen.findByText('Only photos'));
  expect(route.query).toEqual({ kind: 'photo' });
  screen.getByRole('button', { name: 'Show all' }).focus();
  await user.keyboard('{Enter}');
  expect(route.query).toEqual({});
});

test.each([
  { name: 'nothing kept', state: 'empty', hash: '#/photos', says: 'No photos yet' },
  { name: 'nothing that fits', state: 'empty', hash: '#/photos?favourites=1', says: 'Nothing matches' },
  { name: 'nothing by that day', state: 'empty', hash: '#/photos?asOf=2012-01-01', says: 'Nothing had been kept by then' }, // prettier-ignore
])('$name is said', async ({ state, hash, says }) => {
  show({ state, hash });
  expect(await screen.findByRole('heading', { name: says })).toBeInTheDocument();
  await expectNoViolations();
});

test('trouble is told with the next step, and tried again', async () => {
  const { user, engine } = show({ state: 'error' });
  expect(await screen.findByRole('alert')).toHaveTextContent('Sidekeep has changed nothing there.');
  await expectNoViolations();
  engine.gallery = (filter) => twin(undefined, now).gallery(filter);
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  await timeline();
});

test('a change of the archive is read, and what is selected stays selected', async () => {
  const handlers: Record<string, () => void> = {};
  const { user, engine } = show({
    api: {
      on: <Name extends keyof Events>(event: Name, handler: (payload: Events[Name]) => void) => {
        handlers[event] = handler as () => void;
        return () => {};
      },
    },
  });
  const { grid, tiles } = await timeline();
  await user.click(tiles()[1]!);
  const label = tiles()[1]!.ariaLabel;
  const whole = await engine.gallery({
    kinds: [],
    phone: null,
    favourites: false,
    screenshots: false,
    gone: false,
    as_of: null,
  });
  const rest = <Value>(values: Value[]) => values.slice(1);
  engine.gallery = async () => ({
    ...whole,
    ids: rest(whole.ids),
    days: rest(whole.days),
    ratios: rest(whole.ratios),
    marks: rest(whole.marks),
    seconds: whole.marks[0]! & mark.film ? rest(whole.seconds) : whole.seconds,
  });
  handlers.changed!();
  await waitFor(() => expect(tiles()[0]!.ariaLabel).toBe(label));
  expect(selected(grid)).toEqual([tiles()[0]]);
});

test('Ctrl-F opens the palette, Ctrl with plus and minus changes the sizes', async () => {
  const { user } = show();
  const { tiles } = await timeline();
  const height = () => parseInt(tiles()[0]!.style.height, 10);
  const before = height();
  await user.keyboard('{Control>}-{/Control}');
  await waitFor(() => expect(height()).toBeLessThan(before));
  expect(screen.getByRole('button', { name: 'Smaller' })).toBeDisabled();
  await user.keyboard('{Control>}++{/Control}');
  await waitFor(() => expect(height()).toBeGreaterThan(before));
  await user.keyboard('{Control>}f{/Control}');
  expect(finding.open).toBe(true);
});

async function opened(which: keyof typeof mark | 'plain', api: Partial<Api> = {}) {
  const engine = twin(undefined, now);
  const { ids, marks } = await engine.gallery({
    kinds: [],
    phone: null,
    favourites: false,
    screenshots: false,
    gone: false,
    as_of: null,
  });
  const at = marks.findIndex((bits) => (which === 'plain' ? bits === 0 : (bits & mark[which]) !== 0));
  const shown = show({ hash: `#/photos/${ids[at]}`, api });
  return { ...shown, box: await screen.findByRole('dialog') };
}

test('a picture comes closer, and its facts are told', async () => {
  const { user, box } = await opened('plain');
  const picture = await within(box).findByRole('img', { name: /^Photo, / });
  await user.keyboard('i');
  const facts = within(await screen.findByRole('complementary', { name: 'Info' }));
  await waitFor(() => expect(facts.getByText(/as the camera wrote it|by the/)).toBeInTheDocument());
  expect(facts.getByText('First seen')).toBeInTheDocument();
  const width = () => parseFloat(picture.parentElement!.style.width);
  const before = width();
  await user.keyboard('++');
  expect(width()).toBeGreaterThan(before * 1.5);
  await user.keyboard('0');
  expect(width()).toBe(before);
  await expectNoViolations();
});

test('the picture that is open goes along to the export', async () => {
  const { route } = await opened('plain');
  const { id } = route;
  route.go('export');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(offered()?.ids()).toEqual([id]);
});

test('of a film that does not play nothing is promised', async () => {
  const { box } = await opened('film');
  expect(await within(box).findByText('This video cannot be played here')).toBeInTheDocument();
  expect(
    within(box).getByText(/Verify the archive to know whether it is as it was kept/),
  ).toBeInTheDocument();
});

test('of a damaged picture is said what is wrong with it', async () => {
  const { box } = await opened('damaged');
  expect(await within(box).findByText('The kept file is not what was kept')).toBeInTheDocument();
  expect(await within(box).findByRole('button', { name: 'Show in folder' })).toBeInTheDocument();
  await expectNoViolations();
});

test('a file that cannot be opened is told', async () => {
  const open = vi.fn(async () => Promise.reject(new Error()));
  const { user, box } = await opened('damaged', { open });
  await user.click(await within(box).findByRole('button', { name: 'Open with the usual program' }));
  expect(await within(box).findByRole('alert')).toHaveTextContent('could not be reached');
});

test('a film plays from the address that the engine gives', async () => {
  const { box } = await opened('film', { film: async () => 'http://127.0.0.1:1/film' });
  const film = await within(box).findByLabelText(/^Video, /);
  expect(film).toHaveAttribute('src', 'http://127.0.0.1:1/film');
  film.dispatchEvent(new Event('error'));
  expect(await within(box).findByText('This video cannot be played here')).toBeInTheDocument();
});

test('a picture that is not there is said to be elsewhere', async () => {
  show({ hash: '#/photos/no-such-picture' });
  expect(await screen.findByText('This picture is not in the archive')).toBeInTheDocument();
});
