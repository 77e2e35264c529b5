import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';

/** Bundles a script of this folder once for a test file; the result starts it as a process that can be killed. */
export function bundledScript(name: string) {
  let bundle = '';
  beforeAll(async () => {
    bundle = await mkdtemp(join(tmpdir(), `ditto-${basename(name, '.ts')}-`));
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: join(import.meta.dirname, name), outDir: bundle, target: 'esnext' },
      ssr: { noExternal: true },
    });
  });
  afterAll(() => rm(bundle, { recursive: true, force: true }));
  return (...args: string[]): ChildProcessByStdio<null, Readable, null> =>
    spawn(process.execPath, [join(bundle, name.replace(/\.ts$/, '.js')), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
}
