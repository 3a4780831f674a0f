import { render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import { Route } from '../../frame/route.svelte';
import { twin } from '../../ipc/twin';
import { expectNoViolations } from '../../testing/axe';
import { speak } from '../../words';
import Messages from './Messages.svelte';

beforeEach(() => speak(['en-GB']));

test.each([
  [false, 'No messages yet'],
  [true, 'Messages and calls are kept'],
])('some are kept: %s', async (some, title) => {
  const api = twin(new URLSearchParams({ twin: 'demo' }));
  const opening = await api.opening();
  api.opening = async () => ({ ...opening, has_messages: some });
  render(Messages, { api, route: new Route(window) });
  expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  await expectNoViolations();
});
