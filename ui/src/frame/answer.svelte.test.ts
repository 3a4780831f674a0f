import { expect, test } from 'vitest';
import { Answer } from './answer.svelte';

/** An answer that comes when it is told to. */
function late(): { promise: Promise<string>; come: (text: string) => void } {
  let come: (text: string) => void = () => {};
  const promise = new Promise<string>((resolve) => (come = resolve));
  return { promise, come };
}

test('an answer that a later question overtook is dropped', async () => {
  const answer = new Answer<string>();
  const slow = late();
  const first = answer.ask(slow.promise);
  await answer.ask(Promise.resolve('second'));
  slow.come('first');
  await first;
  expect(answer.value).toBe('second');
});

test('a refusal keeps what was shown, and the next answer takes it away', async () => {
  const answer = new Answer<string>();
  await answer.ask(Promise.resolve('before'));
  await answer.ask(Promise.reject(new Error('no')));
  expect([answer.value, String(answer.trouble)]).toEqual(['before', 'Error: no']);
  await answer.ask(Promise.resolve('after'));
  expect([answer.value, answer.trouble]).toEqual(['after', null]);
});

test('after clear, an answer on its way comes too late', async () => {
  const answer = new Answer<string>();
  const slow = late();
  const asked = answer.ask(slow.promise);
  answer.clear();
  slow.come('late');
  await asked;
  expect(answer.value).toBeNull();
});

test('what is known overtakes a question', async () => {
  const answer = new Answer<string>();
  const slow = late();
  const asked = answer.ask(slow.promise);
  answer.know('known');
  slow.come('late');
  await asked;
  expect([answer.value, answer.trouble]).toEqual(['known', null]);
});
