import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lacksBinaries, matchesLockfile } from './install.mjs';

interface Package {
  version: string;
  optional?: boolean;
  os?: string;
  cpu?: string[];
}

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ditto-studio-install-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A project that asks for `wanted`, where npm's record says `recorded` and the folders of `present` are there. */
function project(
  wanted: Record<string, Package>,
  recorded: Record<string, Package>,
  present = Object.keys(recorded),
): void {
  const packages = { '': { version: '0.1.0' }, ...wanted };
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: recorded }));
  for (const path of present) {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), '{}');
  }
}

const a = { 'node_modules/a': { version: '1.0.0' } };
const elsewhere = { 'node_modules/only-on-windows': { version: '1.0.0', optional: true } };

it('accepts an install by hand', () => {
  project({ ...a, ...elsewhere }, a);
  expect(matchesLockfile(root)).toBe(true);
});

it('refuses another version', () => {
  project(a, { 'node_modules/a': { version: '0.9.0' } });
  expect(matchesLockfile(root)).toBe(false);
});

it('refuses a missing package', () => {
  project({ ...a, 'node_modules/b': { version: '1.0.0' } }, a);
  expect(matchesLockfile(root)).toBe(false);
});

it('refuses a recorded package whose folder is gone', () => {
  project(a, a, []);
  expect(matchesLockfile(root)).toBe(false);
});

it('refuses an install that never ended', () => {
  project(a, a);
  rmSync(join(root, 'node_modules', '.package-lock.json'));
  expect(matchesLockfile(root)).toBe(false);
});

it('notices a left out binary of this platform, and no other', () => {
  const binary = { version: '1.0.0', optional: true, os: process.platform, cpu: [process.arch] };
  const foreign = { version: '1.0.0', optional: true, os: process.platform, cpu: ['wasm32'] };
  project({ ...a, 'node_modules/binary': binary, 'node_modules/foreign': foreign }, a);
  expect(matchesLockfile(root)).toBe(true);
  expect(lacksBinaries(root)).toBe(true);
  rmSync(join(root, 'node_modules'), { recursive: true });
  project({ ...a, 'node_modules/foreign': foreign }, a);
  expect(lacksBinaries(root)).toBe(false);
});
