import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { canMount, temporaryFolder, temporaryMebibyte } from '../trainer/test-support';
import { checkpointBytes, formatBytes, freeBytes, requireDiskSpace } from './disk-space';

test('checkpoints hold parameters and two moments, for as many as may lie there at once', () => {
  // 10 floats, three times, in 3 kept ones, the best, and the one that is being written.
  expect(checkpointBytes({ weight: [2, 3], bias: [4] }, 3)).toBe(10 * 4 * 3 * 5);
});

test('room that is there is room enough, room that is not is refused with the numbers', async () => {
  const folder = temporaryFolder();
  await requireDiskSpace(folder, 0, 'nothing');
  const tooMuch = (await freeBytes(folder)) * 2;
  const refused = requireDiskSpace(folder, tooMuch, 'a giant');
  await expect(refused).rejects.toThrow(StudioError);
  await expect(refused).rejects.toThrow(/a giant may need .*iB and .*iB are free: .*--home/);
});

test.runIf(canMount)('a small disk is full before anything is written (needs root on Linux)', async () => {
  await expect(requireDiskSpace(temporaryMebibyte(), 1, 'a byte')).rejects.toThrow(/too full/);
});

test('bytes are written in the unit that fits', () => {
  expect([0, 1023, 1024, 1.5 * 2 ** 20, 2 ** 34].map(formatBytes)).toEqual([
    ...['0 B', '1023 B', '1.0 KiB', '1.5 MiB', '16 GiB'],
  ]);
});
