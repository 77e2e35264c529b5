import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;
const source = (path: string): string => resolve(root, path);

export default defineConfig({
  main: {
    build: {
      sourcemap: true,
      // Benchmarks drive a browser.
      externalizeDeps: { include: ['playwright-core'] },
      // `dependencies` stay in node_modules. TensorFlow.js core is a devDependency so that its ES modules are
      // bundled here: its CommonJS build registers no gradients under Node.
      rolldownOptions: {
        input: {
          index: source('src/main/index.ts'),
          cli: source('src/main/cli/main.ts'),
          studio: source('src/main/studio/main.ts'),
          trainer: source('src/main/trainer/main.ts'),
          dreamer: source('src/main/dreamer/main.ts'),
          benchmark: source('src/main/studio/benchmark/main.ts'),
          'hdf5-reader': source('src/main/datasets/import/hdf5-reader.ts'),
          bench: source('bench/main.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      sourcemap: true,
      // A sandboxed preload script can only be CommonJS and can only require 'electron'.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: source('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    plugins: [svelte({ configFile: false })],
    build: { sourcemap: true, rolldownOptions: { input: source('src/renderer/index.html') } },
  },
});
