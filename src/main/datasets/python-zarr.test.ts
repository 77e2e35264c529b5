import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { DatasetMetadata } from '../../shared/datasets';
import { test } from './testing/fixture';
import { recordSynthetic } from './testing/synthetic';

const PYTHON = process.env['DITTO_PYTHON'] ?? 'python3';

function python(script: string, ...args: string[]): string {
  return execFileSync(PYTHON, ['-c', script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function hasZarr(): boolean {
  try {
    return Number(python('import zarr; print(zarr.__version__.split(".")[0])')) >= 3;
  } catch {
    return false;
  }
}

const READ = `
import json, sys, zarr
group = zarr.open_group(sys.argv[1], mode="r", zarr_format=3)
arrays = {name: group[name] for name in ["observations", "actions", "rewards", "terminated", "truncated", "meta/episode_ends"]}
print(json.dumps({
    "attributes": dict(group.attrs),
    "arrays": {name: [str(a.dtype), list(a.shape), a[...].astype(float).ravel().tolist()] for name, a in arrays.items()},
}))
`;

describe('Python zarr 3', () => {
  const available = hasZarr();

  test.skipIf(!available)(
    `reads the same values (skipped where ${PYTHON} cannot import zarr >= 3; DITTO_PYTHON names another)`,
    async ({ folder }) => {
      const dataset = await recordSynthetic(folder, [5, 1, 30, 17], { chunkBytes: 100 });
      const { attributes, arrays } = JSON.parse(python(READ, folder)) as {
        attributes: { ditto: DatasetMetadata };
        arrays: Record<string, [string, number[], number[]]>;
      };
      const observations = new Uint8Array(dataset.steps * dataset.frameBytes);
      await dataset.copyObservations(0, dataset.steps, observations);
      expect(attributes.ditto).toEqual(dataset.metadata);
      expect(arrays).toEqual({
        observations: ['uint8', [53, 2, 3, 1], [...observations]],
        actions: ['int32', [53], [...dataset.actions]],
        rewards: ['float32', [53], [...dataset.rewards]],
        terminated: ['bool', [53], [...dataset.terminated]],
        truncated: ['bool', [53], [...dataset.truncated]],
        'meta/episode_ends': ['int64', [4], [5, 6, 36, 53]],
      });
    },
  );

  test.skipIf(!available)(
    `refuses a damaged chunk too (skipped where ${PYTHON} cannot import zarr >= 3)`,
    async ({ folder }) => {
      await recordSynthetic(folder, [5]);
      const chunk = join(folder, 'rewards', 'c.0');
      const bytes = await readFile(chunk);
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(chunk, bytes);
      expect(() => python(READ, folder)).toThrow(/checksum/);
    },
  );
});
