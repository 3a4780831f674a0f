import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isTrouble, type Running } from '..';
import { states, twin } from '.';

const now = Date.UTC(2026, 10, 22, 16, 0);
const open = (state: string) => twin(new URLSearchParams({ twin: state }), now);
const everything = {
  kinds: [],
  phone: null,
  favourites: false,
  screenshots: false,
  gone: false,
  as_of: null,
};

beforeEach(() => vi.useFakeTimers({ now }));
afterEach(() => vi.useRealTimers());

test('the same each time', async () => {
  const [one, other] = [open('demo'), open('demo')];
  expect(await one.people(null)).toEqual(await other.people(null));
  expect(await one.gallery(everything)).toEqual(await other.gallery(everything));
});

test.each(states)('%s answers every question, or refuses as the engine does', async (state) => {
  const api = open(state);
  const month = { from: '2026-11-01', to: '2026-12-01', zone: 'Europe/Berlin', as_of: null };
  const questions = [
    api.home(),
    api.gallery(everything),
    api.people(null),
    api.calendars(),
    api.occurrences(month),
    api.tasks(null),
    api.runs(),
    api.search('a', 5),
  ];
  const answers = await Promise.allSettled(questions);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBe((await api.opening()).trouble ? questions.length : 0);
  expect(refused.every(({ reason }) => isTrouble(reason))).toBe(true);
});

test('a gallery is columns of one length, newest first, and its months add up', async () => {
  const { ids, days, ratios, marks, seconds, months } = await open('demo').gallery(everything);
  expect(ids.length).toBeGreaterThan(500);
  expect([days.length, ratios.length, marks.length]).toEqual([ids.length, ids.length, ids.length]);
  expect(marks.filter((mark) => mark & 1).length).toBe(seconds.length);
  expect(days).toEqual([...days].sort((a, b) => b - a));
  expect(months.reduce((sum, [, count]) => sum + count, 0)).toBe(ids.length);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every item that is listed opens', async () => {
  const api = open('demo');
  const { ids } = await api.gallery(everything);
  for (const id of ids.slice(0, 50)) expect((await api.photo(id, null)).kept.id).toBe(id);
  for (const { id } of await api.people(null)) expect((await api.person(id, null)).contact).not.toBeNull();
  const month = { from: '2026-11-01', to: '2026-12-01', zone: 'Europe/Berlin', as_of: null };
  const found = await api.occurrences(month);
  expect(found.length).toBeGreaterThan(40);
  for (const { id } of found) expect((await api.entry(id, null)).components.length).toBeGreaterThan(0);
  for (const { id } of await api.runs()) expect(Array.isArray(await api.changes(id, 0, 20))).toBe(true);
});

test('occurrences lie in the span, in order, each in a calendar that there is', async () => {
  const api = open('demo');
  const span = { from: '2026-11-16', to: '2026-11-23', zone: 'Europe/Berlin', as_of: null };
  const [found, calendars] = [await api.occurrences(span), await api.calendars()];
  for (const { start, end, calendar } of found) {
    expect(end > span.from && start < span.to).toBe(true);
    expect(calendars[calendar]?.kind).toBe('event');
  }
  expect(found.map(({ start }) => start)).toEqual(found.map(({ start }) => start).sort());
  expect(found.filter(({ title }) => title === 'Stand-up').length).toBe(5);
});

test('an earlier day shows fewer people, and those who left since', async () => {
  const api = open('demo');
  const [today, before] = [await api.people(null), await api.people('2026-11-14T00:00:00Z')];
  expect(before.filter(({ present }) => present).length).toBeGreaterThan(0);
  const left = today.find(({ present }) => !present);
  expect(before.find(({ id }) => id === left?.id)?.present).toBe(true);
  expect((await api.people('2020-01-01T00:00:00Z')).length).toBe(0);
});

test('a run ticks, ends and tells of the change; a second one is refused meanwhile', async () => {
  const api = open('demo');
  const seen: Running[] = [];
  const changed = vi.fn();
  api.on('running', (running) => seen.push(running));
  api.on('changed', changed);
  await api.mirror('adb:x', false);
  await expect(api.verify()).rejects.toMatchObject({ kind: 'running' });
  vi.advanceTimersByTime(20_000);
  expect(seen.length).toBeGreaterThan(100);
  expect(seen.at(-1)?.ended?.outcome).toBe('complete');
  expect(seen.map(({ items_done }) => items_done)).toEqual(
    seen.map(({ items_done }) => items_done).sort((a, b) => a - b),
  );
  expect(changed).toHaveBeenCalledOnce();
  expect(await api.running()).toBeNull();
});

test('a run that is stopped says so', async () => {
  const api = open('demo');
  const seen: Running[] = [];
  api.on('running', (running) => seen.push(running));
  await api.mirror('adb:x', false);
  vi.advanceTimersByTime(1000);
  await api.cancel();
  vi.advanceTimersByTime(1000);
  expect(seen.at(-1)?.ended?.outcome).toBe('cancelled');
});

test('the first start becomes an archive', async () => {
  const api = open('first');
  expect((await api.opening()).state).toBe('first');
  await api.mirrorDemo();
  vi.advanceTimersByTime(20_000);
  expect((await api.opening()).state).toBe('ready');
  expect((await api.people(null)).length).toBeGreaterThan(50);
});

test('a decision answers the question', async () => {
  const api = open('demo');
  const [held] = (await api.home()).holds;
  await api.decide(held?.run ?? '', false);
  expect((await api.home()).holds).toEqual([]);
  expect((await api.runs()).flatMap(({ verdicts }) => verdicts).find(({ hold }) => hold)?.hold).toBe(
    'refused',
  );
});

test('very many are made in good time', async () => {
  vi.useRealTimers();
  const began = performance.now();
  const api = open('many');
  expect((await api.gallery(everything)).ids.length).toBeGreaterThan(90_000);
  expect((await api.people(null)).length).toBe(10_000);
  expect(performance.now() - began).toBeLessThan(10_000);
});
