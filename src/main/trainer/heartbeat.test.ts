import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  heartbeatFile,
  isAlive,
  isHeld,
  keepFresh,
  processIdentity,
  processStart,
  readHeartbeat,
  silenceMilliseconds,
  startHeart,
} from './heartbeat';
import { temporaryFolder } from './test-support';

test('a process that beats is alive', () => {
  const folder = temporaryFolder();
  const heart = startHeart(
    folder,
    () => 12,
    (error) => {
      throw error;
    },
  );
  heart.stop();
  const heartbeat = readHeartbeat(folder)!;
  expect(heartbeat).toMatchObject({ pid: process.pid, step: 12 });
  expect(isAlive(heartbeat)).toBe(true);
});

test('a process that has ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const heartbeat = { pid: child.pid!, processStart: processStart(child.pid!), time: Date.now(), step: 0 };
  expect(isAlive(heartbeat)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(heartbeat)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('a pid that another process has by now is not alive', () => {
  const heartbeat = { pid: process.pid, processStart: 'another boot/1', time: Date.now(), step: 0 };
  expect(isAlive(heartbeat)).toBe(false);
});

test('without a start time, the age of the heartbeat decides', () => {
  const heartbeat = { pid: process.pid, processStart: null, time: 1000, step: 0 };
  expect(isAlive(heartbeat, 1000 + silenceMilliseconds - 1)).toBe(true);
  expect(isAlive(heartbeat, 1000 + silenceMilliseconds)).toBe(false);
});

test('a file is held by its process as long as that lives, or, without a start time, keeps it fresh', () => {
  const file = join(temporaryFolder(), 'held.json');
  const nameless = { pid: process.pid, processStart: null };
  expect(isHeld(file, nameless)).toBe(false);
  writeFileSync(file, '');
  expect(isHeld(file, nameless)).toBe(true);
  const old = new Date(Date.now() - silenceMilliseconds);
  utimesSync(file, old, old);
  expect(isHeld(file, nameless)).toBe(false);
  expect(isHeld(file, processIdentity(process.pid))).toBe(process.platform === 'linux');

  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const stop = keepFresh(file);
  vi.advanceTimersByTime(silenceMilliseconds / 2);
  expect(isHeld(file, nameless)).toBe(true);
  stop();
  vi.advanceTimersByTime(2 * silenceMilliseconds);
  expect(isHeld(file, nameless)).toBe(false);
});

test('a heartbeat that cannot be read is none', () => {
  const folder = temporaryFolder();
  expect(readHeartbeat(folder)).toBeUndefined();
  writeFileSync(heartbeatFile(folder), '{"pid":');
  expect(readHeartbeat(folder)).toBeUndefined();
});

test('a beat that cannot be written is reported and does no more harm', () => {
  const errors: unknown[] = [];
  const heart = startHeart(
    `${temporaryFolder()}/gone`,
    () => 0,
    (error) => errors.push(error),
  );
  heart.stop();
  expect(errors).toHaveLength(1);
});
