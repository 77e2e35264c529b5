import { join } from 'node:path';
import { test as base } from 'vitest';
import { withTemporaryFolder } from './synthetic';

/** `folder`: a path for a dataset, which does not exist yet and is removed after the test. */
export const test = base.extend<{ folder: string }>({
  // Vitest reads the fixture's dependencies from this pattern.
  folder: async ({}, use) => {
    await withTemporaryFolder((parent) => use(join(parent, 'dataset')));
  },
});
