import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewRun } from './run-folder';

/** For tests: an empty folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ditto-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const probe = join(tmpdir(), `ditto-mount-${process.pid}`);

/** Whether a small file system can be made for the tests of a full disk: as root on Linux, outside most containers. */
export const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(probe);
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe]).status !== 0) return false;
    return spawnSync('umount', [probe]).status === 0;
  } finally {
    rmSync(probe, { recursive: true });
  }
})();

/** For tests: a folder on a disk of 1 MiB. */
export function temporaryMebibyte(): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

export const exampleRun: NewRun = {
  kind: 'world-model',
  name: 'Example',
  seed: 7,
  preset: 'nano',
  configuration: { steps: 60, model: { width: 8 } },
  datasets: [{ role: 'training', id: 'balance-1', contentHash: 'ab12' }],
  parents: [],
  engine: 'onnxruntime:cpu',
};
