import { clearMocks, mockConvertFileSrc } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tauri } from './tauri';

beforeEach(() => mockConvertFileSrc('linux'));
afterEach(() => clearMocks());

test('an address changes with the bytes, and says nothing of them where they are not known', () => {
  const api = tauri();
  expect(api.thumb('4f2a', 320, '0badc0')).toBe('photo://localhost/thumb/320/4f2a?v=0badc0');
  expect(api.original('4f2a', '0badc0')).toBe('photo://localhost/original/4f2a?v=0badc0');
  expect(api.portrait('4f2a', null)).toBe('photo://localhost/portrait/4f2a');
});
