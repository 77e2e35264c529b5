import { ESLint } from 'eslint';
import { globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const eslint = new ESLint({
  cwd: root,
  // The rules that ask the type checker need files that exist; those tested here do not.
  overrideConfig: {
    languageOptions: { parserOptions: { project: null } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/await-thenable': 'off',
    },
  },
});

/** The names of the rules that a file of this path and text breaks. */
async function brokenRules(path: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, path) });
  return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
}

/** How `path` would name a real source file below `folder`: an import that leads nowhere is always reported. */
function someModuleOf(folder: string, path: string): string {
  const [file] = globSync(`${folder}/**/*.{ts,mjs}`, { cwd: root, exclude: ['**/*.test.ts'] });
  if (file === undefined) throw new Error(`No source file in ${folder}`);
  const target = relative(dirname(path), file.replace(/\.ts$/, ''));
  return target.startsWith('.') ? target : `./${target}`;
}

describe('the layer rule', () => {
  it.each([
    ['src/shared/x.ts', 'src/main/tensor'],
    ['src/main/tensor/x.ts', 'src/main/learning'],
    ['src/main/learning/agents/x.ts', 'src/main/environments'],
    ['src/main/learning/x.ts', 'src/main/datasets'],
    ['src/main/environments/x.ts', 'src/main/datasets'],
    ['src/main/datasets/x.ts', 'src/main/trainer'],
    ['src/main/trainer/x.ts', 'src/main/registry'],
    ['src/main/figures/x.ts', 'src/main/registry'],
    ['src/main/registry/x.ts', 'src/main/studio'],
    ['src/main/studio/x.ts', 'src/main/electron'],
    ['src/preload/x.ts', 'src/main/electron'],
    ['src/renderer/x.ts', 'src/main/tensor'],
    ['src/main/tensor/x.ts', 'scripts'],
  ])('reports an import in %s from %s', async (path, folder) => {
    const target = someModuleOf(folder, path);
    for (const text of [
      `export * from '${target}';\n`,
      `export type { A } from '${target}';\n`,
      `export const a = import('${target}');\n`,
    ]) {
      expect(await brokenRules(path, text)).toEqual(['boundaries/dependencies']);
    }
  });

  it.each([
    ['src/main/tensor/x.ts', 'src/shared'],
    ['src/main/learning/agents/x.ts', 'src/main/tensor'],
    ['src/main/trainer/x.ts', 'src/main/datasets'],
    ['src/main/registry/x.ts', 'src/main/trainer'],
    ['src/main/studio/x.ts', 'src/main/studio'],
    ['src/main/index.ts', 'src/main/electron'],
    ['src/renderer/x.ts', 'src/shared'],
  ])('accepts an import in %s from %s', async (path, folder) => {
    expect(await brokenRules(path, `export * from '${someModuleOf(folder, path)}';\n`)).toEqual([]);
  });

  it('wants every file of src to belong to a layer', async () => {
    expect(await brokenRules('src/elsewhere/x.ts', 'export const a = 1;\n')).toEqual([
      'boundaries/no-unknown-files',
    ]);
  });
});

describe('what a layer may know', () => {
  it.each([
    ['src/main/studio/x.ts', 'electron'],
    ['src/main/learning/x.ts', 'electron'],
    ['src/main/learning/agents/x.ts', 'node:fs'],
    ['src/main/learning/x.ts', 'better-sqlite3'],
  ])('reports an import in %s of %s', async (path, target) => {
    expect(await brokenRules(path, `export * from '${target}';\n`)).toEqual(['no-restricted-imports']);
  });

  it.each([
    ['src/main/electron/x.ts', 'electron'],
    ['src/main/index.ts', 'electron'],
    ['src/preload/index.ts', 'electron'],
    ['src/main/trainer/x.ts', 'node:fs'],
  ])('accepts an import in %s of %s', async (path, target) => {
    expect(await brokenRules(path, `export * from '${target}';\n`)).toEqual([]);
  });

  it('reports a random number that no seed decides', async () => {
    expect(await brokenRules('src/main/learning/x.ts', 'export const a = Math.random();\n')).toEqual([
      'no-restricted-properties',
    ]);
  });
});
