import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImportInspection } from '../../src/shared/dataset-import';
import type { DatasetRecord } from '../../src/shared/runs';
import { studio, studioJson, temporaryHome } from './support';

const fixtures = join(import.meta.dirname, '../../src/main/datasets/import/fixtures');

test('episodes of other programs are imported, or refused with what to do', async () => {
  const { home, remove } = temporaryHome();
  try {
    for (const source of ['dreamer-v2', 'replay-v2', 'flat.hdf5']) {
      const command = ['import', join(fixtures, source), '--home', home, '--environment', 'elsewhere'];
      const { dataset } = await studioJson<{ dataset: DatasetRecord; inspection: ImportInspection }>(
        ...command,
      );
      expect(dataset).toMatchObject({
        id: source.replace('.hdf5', ''),
        environment: 'elsewhere',
        episodes: 2,
        steps: 8,
      });
    }
    const unclear = [
      'import',
      join(fixtures, 'bad/unclear.npz'),
      '--home',
      home,
      '--environment',
      'elsewhere',
    ];
    const refused = await studio(...unclear);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/must be chosen/) as string });
    expect(await studio(...unclear, '--timing', 'gymnasium')).toMatchObject({ code: 0 });
    const { code, stderr } = await studio('import', join(fixtures, 'bad/objects.npz'), '--home', home);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Python objects, which could run code/)]);
    expect(await studioJson<DatasetRecord[]>('datasets', '--home', home)).toHaveLength(4);
  } finally {
    remove();
  }
});
