import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PYTHON = process.env['DITTO_PYTHON'] ?? 'python3';

function python(...argument: string[]) {
  return spawnSync(PYTHON, ['-B', ...argument], { encoding: 'utf8' });
}

const imports = (modules: string): boolean => python('-c', `import ${modules}`).status === 0;

test.skipIf(!imports('torch, numpy, safetensors'))(
  `PyTorch still computes the golden files (skipped where ${PYTHON} has no torch, numpy and safetensors; DITTO_PYTHON names another)`,
  () => {
    const { stdout, stderr } = python(join(import.meta.dirname, 'make_golden.py'), '--check');
    expect(stderr).toBe('');
    expect(stdout).toBe('The golden files agree.\n');
  },
);

test.skipIf(!imports('rliable.library, scipy'))(
  `rliable and SciPy still compute the reference values (skipped where ${PYTHON} has no rliable and scipy; DITTO_PYTHON names another)`,
  () => {
    const { stdout } = python(join(import.meta.dirname, 'make_statistics.py'), '--check');
    expect(stdout).toBe('The reference values agree.\n');
  },
  5 * 60_000,
);
