import { expect, test, vi } from 'vitest';
import type { Api } from '../ipc';
import { announcement } from './announce.svelte';
import { Carry } from './carry';

const press = (button = 0) => ({ button }) as PointerEvent;

test.each<[string, string[] | null, number, string[], number]>([
  ['what was pressed is written once', ['a', 'b'], 0, ['a', 'b'], 1],
  ['without a press it is written now', null, 0, ['a'], 1],
  ['what is chosen by the press comes along', ['a'], 0, ['a', 'b'], 2],
  ['another button begins nothing', ['a'], 2, ['a'], 1],
])('%s', async (_, pressed, button, dragged, calls) => {
  const asFile = vi.fn(async (ids: string[]) => ids.map((id) => `/tmp/${id}.vcf`));
  const dragOut = vi.fn(async () => {});
  const carry = new Carry({ asFile, dragOut } as unknown as Api);
  const preventDefault = vi.fn();
  if (pressed) carry.press(press(button), pressed);
  carry.start({ preventDefault } as unknown as DragEvent, dragged);
  expect(preventDefault).toHaveBeenCalledOnce();
  await vi.waitFor(() =>
    expect(dragOut).toHaveBeenCalledExactlyOnceWith(dragged.map((id) => `/tmp/${id}.vcf`)),
  );
  expect(asFile).toHaveBeenCalledTimes(calls);
});

test('nothing is dragged where nothing can be written, and it is said', async () => {
  const dragOut = vi.fn(async () => {});
  const refusal = { kind: 'disk-full', subject: null, detail: '' };
  const asFile = vi.fn(async (): Promise<string[]> => Promise.reject(refusal as unknown as Error));
  const carry = new Carry({ asFile, dragOut } as unknown as Api);
  carry.press(press(), ['a']);
  carry.start({ preventDefault() {} } as unknown as DragEvent, ['a']);
  await vi.waitFor(() => expect(announcement.text).toBe('This computer’s disk is full.'));
  carry.start({ preventDefault() {} } as unknown as DragEvent, []);
  expect(asFile).toHaveBeenCalledTimes(1);
  expect(dragOut).not.toHaveBeenCalled();
});
