import { expect, test } from 'vitest';
import type { Api } from './api';
import { early } from './early';

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
  const { api: asked } = early(api);
  expect(times).toEqual({ opening: 1, home: 1, running: 1 });
  expect([await asked.opening(), await asked.home(), await asked.running()]).toEqual([1, 1, 1]);
  expect(await asked.home()).toBe(1);
});

test('after a change, and once the first screen stands, it is asked anew', async () => {
  const { api, tell } = counting();
  const { api: asked } = early(api);
  tell();
  expect(await asked.home()).toBe(2);
  const { api: later, shown } = early(counting().api);
  shown();
  expect([await later.opening(), await later.home(), await later.running()]).toEqual([2, 2, 2]);
});

test('a refusal is told once, and then asked anew', async () => {
  const { api, times } = counting(true);
  const { api: asked } = early(api);
  await expect(asked.home()).rejects.toThrow('home');
  await expect(asked.home()).rejects.toThrow('home');
  expect(times.home).toBe(2);
});
