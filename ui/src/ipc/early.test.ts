import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Api } from './api';
import { early } from './early';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers with how often it was asked; `tell` says that something changed. */
function counting(refused = false) {
  const times = { opening: 0, home: 0, running: 0 };
  let tell = () => {};
  const answer = (name: keyof typeof times) => async () => {
    times[name] += 1;
    if (refused) throw new Error(name);
    return times[name];
  };
  const api = {
    opening: answer('opening'),
    home: answer('home'),
    running: answer('running'),
    on: (_: string, handler: () => void) => {
      tell = handler;
      return () => {};
    },
  } as unknown as Api;
  return { api, times, tell: () => tell() };
}

test('who asks first gets what was asked already', async () => {
  const { api, times } = counting();
  const asked = early(api);
  expect(times).toEqual({ opening: 1, home: 1, running: 1 });
  expect([await asked.opening(), await asked.home(), await asked.running()]).toEqual([1, 1, 1]);
  expect(await asked.home()).toBe(1);
});

test('after a change, and after a while, it is asked anew', async () => {
  const { api, tell } = counting();
  const asked = early(api);
  tell();
  expect(await asked.home()).toBe(2);
  const later = early(counting().api);
  vi.advanceTimersByTime(1000);
  expect(await later.home()).toBe(2);
});

test('a refusal is told once, and then asked anew', async () => {
  const { api, times } = counting(true);
  const asked = early(api);
  await expect(asked.home()).rejects.toThrow('home');
  await expect(asked.home()).rejects.toThrow('home');
  expect(times.home).toBe(2);
});
