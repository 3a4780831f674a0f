import { expect, test, vi } from 'vitest';
import type { ChangeRow } from '../../ipc';
import { twin } from '../../ipc/twin';
import { Changes } from './changes.svelte';

const row = (at: number): ChangeRow => ({
  item: String(at),
  kind: at % 2 === 0 ? 'contact' : 'photo',
  collection: '',
  title: `item ${at}`,
  change: at % 10 === 0 ? 'gone' : 'seen',
  standing: 'counted',
  at: '2026-03-04T09:00:00Z',
});

function many(count: number) {
  const api = twin();
  const asked = vi.spyOn(api, 'changes');
  asked.mockImplementation(async (_, from, limit) =>
    Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, at) => row(from + at)),
  );
  return { changes: new Changes(api, 'run', count), asked };
}

test('only the page in sight is read, once', async () => {
  const { changes, asked } = many(10_000);
  expect(changes.at(7_200)).toBeUndefined();
  changes.at(7_201);
  await expect.poll(() => changes.at(7_200)?.item).toBe('7200');
  expect(changes.shown).toBe(10_000);
  expect(asked).toHaveBeenCalledExactlyOnceWith('run', 7_000, 500);
});

test('a filter looks at all, and reads no page twice', async () => {
  const { changes, asked } = many(1_200);
  await changes.narrow('contact', 'gone');
  expect([changes.shown, changes.looked, changes.at(1)?.item]).toEqual([120, 1_200, '10']);
  await changes.narrow('photo', 'gone');
  expect(changes.shown).toBe(0);
  await changes.narrow(null, null);
  expect([changes.shown, changes.looked]).toEqual([1_200, null]);
  expect(asked).toHaveBeenCalledTimes(3);
});

test('a filter that another overtook adds nothing', async () => {
  const { changes } = many(1_200);
  const first = changes.narrow('photo', null);
  const second = changes.narrow('contact', 'gone');
  await Promise.all([first, second]);
  expect(changes.shown).toBe(120);
});

test('what could not be read is said, and can be asked for again', async () => {
  const { changes, asked } = many(10);
  asked.mockRejectedValueOnce({ kind: 'disk', subject: null, detail: '' });
  changes.at(0);
  await expect.poll(() => changes.trouble).not.toBeNull();
  changes.at(0);
  await expect.poll(() => changes.at(0)?.item).toBe('0');
  expect(changes.trouble).toBeNull();
});
