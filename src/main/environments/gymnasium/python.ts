import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Python program of a virtual environment. */
export const pythonOf = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** What a person chose when the studio was started. */
export const chosenPython = (): string | undefined => process.env['DITTO_PYTHON'] || undefined;

/**
 * The Python that plays Gymnasium's environments: that of DITTO_PYTHON, else the one that the studio set up in
 * `ownFolder`, else the first on the path. Undefined where there is none.
 */
export function findPython(ownFolder: string): string | undefined {
  const chosen = chosenPython();
  if (chosen !== undefined) return chosen;
  const own = pythonOf(ownFolder);
  return existsSync(own) ? own : systemPython();
}

/** The first Python on the path. */
export const systemPython = (): string | undefined =>
  ['python3', 'python'].find((program) => spawnSync(program, ['--version'], { timeout: 5000 }).status === 0);
