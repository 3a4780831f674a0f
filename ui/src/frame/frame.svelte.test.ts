import { expect, test, vi } from 'vitest';
import { twin } from '../ipc/twin';
import { speak } from '../words';
import { Frame } from './frame.svelte';

test('a run that could not begin by itself is told, also to nobody at the window', async () => {
  await speak(['en-GB']);
  const api = twin();
  const notify = vi.spyOn(api, 'notify');
  let fail = () => {};
  const trouble = { kind: 'denied', subject: '/media/disk', detail: '' } as const;
  vi.spyOn(api, 'on').mockImplementation((event, handler) => {
    if (event === 'trouble') fail = () => handler(trouble as never);
    return () => {};
  });
  const frame = new Frame(api);
  const stop = frame.follow();
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  fail();
  expect(frame.trouble).toEqual(trouble);
  expect(notify).not.toHaveBeenCalled();
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  fail();
  expect(notify).toHaveBeenCalledExactlyOnceWith(
    'This computer does not allow it (/media/disk).',
    'Check who may write to the folder, and whether the disk is read-only.',
  );
  stop();
  vi.restoreAllMocks();
});

test('who looks at the window when it opens needs no notification of what is overdue', async () => {
  vi.useFakeTimers();
  const check = async (looks: boolean, times: number) => {
    localStorage.clear();
    const api = twin();
    const [phone] = (await api.home()).phones;
    vi.spyOn(api, 'home').mockResolvedValue({
      ...(await api.home()),
      phones: [{ ...phone!, overdue: true }],
    });
    const notify = vi.spyOn(api, 'notify');
    // At its very start a window has not been given the focus.
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    const stop = new Frame(api).follow();
    await vi.advanceTimersByTimeAsync(1000);
    expect(notify).not.toHaveBeenCalled();
    focus.mockReturnValue(looks);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(notify).toHaveBeenCalledTimes(times);
    stop();
  };
  await check(true, 0);
  await check(false, 1);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a closed window that no icon stands for says that Sidekeep goes on', async () => {
  await speak(['en-GB']);
  const api = twin();
  const notify = vi.spyOn(api, 'notify');
  let hide = () => {};
  vi.spyOn(api, 'on').mockImplementation((event, handler) => {
    if (event === 'hidden') hide = () => handler(null as never);
    return () => {};
  });
  const stop = new Frame(api).follow();
  expect(notify).not.toHaveBeenCalled();
  hide();
  expect(notify).toHaveBeenCalledExactlyOnceWith(
    'Sidekeep goes on in the background',
    'Start it again to see it.',
  );
  stop();
});
