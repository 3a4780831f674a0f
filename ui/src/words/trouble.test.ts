import { beforeEach, expect, test } from 'vitest';
import type { TroubleKind } from '../ipc';
import { speak, tell } from '.';

beforeEach(() => speak(['en-GB']));

const kept = 'Everything that was kept is still kept.';
const untouched = 'Sidekeep has changed nothing there.';

test.each<[TroubleKind, string]>([
  ['no-archive', untouched],
  ['disk', untouched],
  ['damaged', untouched],
  ['archive-busy', kept],
  ['disk-full', kept],
  ['unplugged', kept],
  ['bug', kept],
])('after %s only what Sidekeep can know is said to be kept', (kind, said) => {
  expect(tell({ kind, subject: null, detail: 'E' })).toMatchObject({ kept: said, detail: 'E' });
});

test('whatever is thrown has words', () => {
  expect(tell(new Error('E'))).toEqual({
    title: 'Something went wrong that Sidekeep did not expect.',
    text: 'Try again. If it comes back, please report it with the details below.',
    kept,
    detail: 'Error: E',
  });
});
