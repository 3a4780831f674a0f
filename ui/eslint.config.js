import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const startViewTransition = {
  selector: "MemberExpression[property.name='startViewTransition']",
  message: 'It exists in WebKitGTK and crashes it.',
};

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/ipc/bindings'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    rules: {
      // TypeScript knows which names are defined.
      'no-undef': 'off',
      'no-console': 'error',
      'no-restricted-syntax': ['error', startViewTransition],
      '@typescript-eslint/no-explicit-any': 'error',
      // Text from a phone is never HTML.
      'svelte/no-at-html-tags': 'error',
      // Colours of calendars and sizes of tiles are known only at run time; the CSP allows style attributes.
      'svelte/no-inline-styles': 'off',
      // SvelteKit's rules: there is none here.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/ipc/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/ipc speaks to the shell; use Api.' }] },
      ],
    },
  },
);
