import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

let folder: string;
let lock: string;
let counter: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ditto-studio-lock-'));
  lock = join(folder, 'cache', 'test.lock');
  counter = join(folder, 'counter');
  writeFileSync(counter, '0');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that runs the statements of `work` while it holds the lock. */
function holder(work: string): ChildProcess {
  const program = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { spawn } from 'node:child_process';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'lock.mjs')).href)};
    const counter = ${JSON.stringify(counter)};
    await withLock(${JSON.stringify(lock)}, async (share) => { ${work} });
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

it('lets one process work at a time', async () => {
  const increment = `
    const before = Number(readFileSync(counter, 'utf8'));
    await sleep(50);
    writeFileSync(counter, String(before + 1));
  `;
  const ends = Array.from({ length: 5 }, () => once(holder(increment), 'exit'));
  expect(await Promise.all(ends)).toEqual(Array.from({ length: 5 }, () => [0, null]));
  expect(readFileSync(counter, 'utf8')).toBe('5');
  expect(existsSync(lock)).toBe(false);
});

it('takes over from a process that was killed', async () => {
  const killed = holder(`console.log('held'); await sleep(60_000);`);
  await once(killed.stdout!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(lock)).toBe(true);
  expect(await withLock(lock, () => Promise.resolve('worked'))).toBe('worked');
  expect(existsSync(lock)).toBe(false);
});

it('waits for the child of a process that was killed', async () => {
  const killed = holder(`
    const program = 'setTimeout(() => fs.writeFileSync(' + JSON.stringify(counter) + ', "child"), 1_000)';
    share(spawn(process.execPath, ['--eval', program], { detached: true, stdio: 'ignore' }).pid);
    console.log('held');
    await sleep(60_000);
  `);
  await once(killed.stdout!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(await withLock(lock, () => Promise.resolve(readFileSync(counter, 'utf8')))).toBe('child');
});

it('takes over from a holder on another machine that has long been silent', async () => {
  await withLock(lock, () => Promise.resolve());
  writeFileSync(lock, JSON.stringify({ pids: [process.pid], host: 'another-machine', id: '1' }));
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(lock, longAgo, longAgo);
  expect(await withLock(lock, () => Promise.resolve('worked'))).toBe('worked');
});

it('is released when the work fails', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(existsSync(lock)).toBe(false);
});
