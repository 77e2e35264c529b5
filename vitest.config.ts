import { defineConfig } from 'vitest/config';

const minutes = 60_000;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    deps: {
      optimizer: {
        ssr: {
          // TensorFlow.js core must be one copy of its ES modules (its CommonJS build registers no gradients
          // under Node). Bundled once, it also loads in milliseconds instead of seconds per test file.
          enabled: true,
          include: [
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients.js',
            '@tensorflow/tfjs-backend-cpu',
          ],
        },
      },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/architecture/**/*.test.ts'],
          testTimeout: 1 * minutes,
        },
      },
      {
        extends: true,
        test: { name: 'parity', include: ['test/parity/**/*.test.ts'], testTimeout: 2 * minutes },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['scripts/require-build.ts'],
          // Each test drives whole programs that use every core, so they take turns.
          fileParallelism: false,
          testTimeout: 10 * minutes,
          hookTimeout: 5 * minutes,
        },
      },
    ],
  },
});
