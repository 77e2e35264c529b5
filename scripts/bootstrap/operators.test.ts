import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compileOperators, compiler } from './operators.mjs';
import { projectRoot } from './project.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ditto-studio-operators-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const command = compiler();

test.skipIf(command === undefined)('the operators are compiled, without a warning', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await compileOperators(projectRoot, folder, command!);
  expect(said).not.toHaveBeenCalled();
  said.mockRestore();
  const kinds = process.arch === 'x64' ? 2 : 1;
  expect(readdirSync(folder)).toHaveLength(kinds);
});

describe('a compiler', () => {
  test('that fails is quoted, and leaves nothing', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await compileOperators(projectRoot, folder, process.execPath);
    expect(said.mock.calls.join()).toContain('could not compile');
    said.mockRestore();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that is named in CC is taken, if it is there', () => {
    vi.stubEnv('CC', join(folder, 'no-such-compiler'));
    expect(compiler()).toBe(command);
    vi.stubEnv('CC', process.execPath);
    expect(compiler()).toBe(process.execPath);
  });
});
