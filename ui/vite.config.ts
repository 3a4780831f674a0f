import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The second adds Svelte's browser build and the clearing away after each test, under vitest only.
  plugins: [svelte(), svelteTesting()],
  // The app's pages come from a custom protocol, whose root differs between systems.
  base: './',
  server: { port: 5173, strictPort: false },
  build: {
    // WebKitGTK 2.44, Safari 17.5 and Chromium 123 are the first with light-dark().
    target: ['safari17.5', 'chrome123'],
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 400,
    // What several screens use is one file, and each screen's own another: a window asks for few files at its start, and
    // each asked for by itself costs a turn through the shell.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } },
  },
  test: {
    env: { TZ: 'Europe/Berlin' },
    // For a machine that is busy with other things.
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    // bits-ui comes as some hundreds of Svelte files: compiled once, not at each run.
    experimental: { fsModuleCache: true },
    // A page is dear to make: only tests named *.svelte.test.ts get one.
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          environment: 'node',
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.svelte.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'jsdom',
          environmentOptions: { jsdom: { url: 'http://localhost/' } },
          include: ['src/**/*.svelte.test.ts'],
          setupFiles: ['src/testing/setup.ts'],
        },
      },
    ],
  },
});
