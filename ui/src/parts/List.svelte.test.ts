import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { expectNoViolations } from '../testing/axe';
import List from './List.svelte';

const row = createRawSnippet<[number, boolean]>((index) => ({ render: () => `<span>Row ${index()}</span>` }));

function show(count: number, more: object = {}) {
  const onmove = vi.fn();
  const onopen = vi.fn();
  render(List, { label: 'Rows', count, rowHeight: 40, row, onmove, onopen, ...more });
  return { list: screen.getByRole('listbox', { name: 'Rows' }), onmove, onopen };
}

test('of 100,000 rows only those in sight are in the page, and it says how many there are', async () => {
  const { list } = show(100_000);
  const rows = screen.getAllByRole('option');
  expect(rows.length).toBeLessThan(40);
  expect(rows[0]).toHaveAttribute('aria-setsize', '100000');
  expect(list.firstElementChild).toHaveStyle({ height: '4000000px' });
  await expectNoViolations();
});

test('keys move the active row and open it', async () => {
  const { list, onmove, onopen } = show(100_000);
  const user = userEvent.setup();
  await user.click(list);
  await user.keyboard('{ArrowDown}{ArrowDown}{Enter}{End}{Enter}{ArrowDown}{Home}');
  expect(onmove.mock.calls.flat()).toEqual([1, 2, 99_999, 99_999, 0]);
  expect(onopen.mock.calls.flat()).toEqual([2, 99_999]);
  expect(list).toHaveAttribute('aria-activedescendant', screen.getByText('Row 0').parentElement?.id);
});

test('a click makes a row active', async () => {
  const { onmove } = show(5);
  await userEvent.click(screen.getByText('Row 3'));
  expect(onmove).toHaveBeenCalledExactlyOnceWith(3);
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent('Row 3');
});

test('letters typed one after the other are one word', async () => {
  const asked: string[] = [];
  const { list, onmove } = show(50, {
    ontype: (text: string) => {
      asked.push(text);
      return text === 'mo' ? 30 : undefined;
    },
  });
  list.focus();
  await userEvent.keyboard('mo');
  expect(asked).toEqual(['m', 'mo']);
  expect(onmove).toHaveBeenCalledExactlyOnceWith(30);
});

test('Ctrl and Shift choose several, by mouse and by keys', async () => {
  const onchoose = vi.fn();
  const onchooseall = vi.fn();
  const { list, onmove } = show(50, { chosen: (index: number) => index === 2, onchoose, onchooseall });
  const user = userEvent.setup();
  await user.keyboard('{Control>}');
  await user.click(screen.getByText('Row 1'));
  await user.keyboard('{/Control}{Shift>}');
  await user.click(screen.getByText('Row 4'));
  await user.keyboard('{/Shift}');
  list.focus();
  await user.keyboard('{Shift>}{ArrowDown}{/Shift}{Control>} a{/Control}');
  expect(onchoose.mock.calls).toEqual([
    [1, 'toggle'],
    [4, 'reach'],
    [5, 'reach'],
    [5, 'toggle'],
  ]);
  expect(onchooseall).toHaveBeenCalledOnce();
  expect(onmove).not.toHaveBeenCalled();
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent('Row 2');
  await expectNoViolations();
});
