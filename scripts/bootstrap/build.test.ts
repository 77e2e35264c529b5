import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashSources, isBuilt } from './build.mjs';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ditto-studio-build-'));
  write('package.json', '{}');
  write('src/main/a.ts', 'export const a = 1;');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('hashSources', () => {
  it.each([
    ['a changed source', () => write('src/main/a.ts', 'export const a = 2;')],
    ['a new source', () => write('src/renderer/App.svelte', '')],
    ['a renamed source', () => renameSync(join(root, 'src/main/a.ts'), join(root, 'src/main/b.ts'))],
    ['a source without an extension, in a folder with one', () => write('src/data.v2/chunk', '0')],
    ['a changed configuration', () => write('electron.vite.config.ts', 'export default {};')],
    ['a changed package', () => write('package-lock.json', '{}')],
  ])('sees %s', (_what, change) => {
    const before = hashSources(root);
    change();
    expect(hashSources(root)).not.toBe(before);
  });

  it('does not see tests, nor what no build reads', () => {
    const before = hashSources(root);
    write('src/main/a.test.ts', 'export {};');
    write('src/main/fixtures/replay/data/0', 'bytes');
    write('README.md', 'text');
    expect(hashSources(root)).toBe(before);
  });
});

describe('isBuilt', () => {
  it('believes only a build of the present sources', () => {
    expect(isBuilt(root)).toBe(false);
    write('out/build.json', JSON.stringify({ sources: hashSources(root) }));
    expect(isBuilt(root)).toBe(true);
    write('src/main/a.ts', 'export const a = 2;');
    expect(isBuilt(root)).toBe(false);
    write('out/build.json', '{"sour');
    expect(isBuilt(root)).toBe(false);
  });
});
