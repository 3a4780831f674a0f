import { expect, test, vi } from 'vitest';
import { twin } from '../ipc/twin';
import { speak } from '../words';
import { Frame } from './frame.svelte';

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
