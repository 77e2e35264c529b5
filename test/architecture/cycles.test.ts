import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The first import cycle as a closed path of names, or undefined. */
function findCycle(graph: ImportGraph): string[] | undefined {
  const finished = new Set<string>();
  function visit(file: string, path: string[]): string[] | undefined {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (finished.has(file)) return undefined;
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
    return undefined;
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Who imports whom below `folder`, type imports included: two files that need each other are one. */
function importGraph(folder: string): ImportGraph {
  const files = globSync('**/*.ts', { cwd: folder }).map((file) => join(folder, file));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
      const targets = importedFiles
        .filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => resolve(dirname(file), fileName))
        .map((target) => [`${target}.ts`, join(target, 'index.ts')].find(existsSync) ?? target);
      return [relative(folder, file), targets.map((target) => relative(folder, target))];
    }),
  );
}

describe('import cycles', () => {
  it('are found', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['d']],
      ['d', ['b']],
    ]);
    expect(findCycle(graph)).toEqual(['b', 'c', 'd', 'b']);
    expect(findCycle(new Map([['a', ['b']]]))).toBeUndefined();
  });

  it('do not exist in src', () => {
    const graph = importGraph(join(import.meta.dirname, '../../src'));
    const imports = [...graph.values()].flat();
    expect(imports.filter((target) => graph.has(target)).length).toBeGreaterThan(50);
    expect(findCycle(graph)).toBeUndefined();
  });
});
