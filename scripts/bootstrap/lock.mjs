import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './say.mjs';

const HEARTBEAT_MS = 1_000;
// On another machine (a shared folder), and after a restart that gave the holder's number to another process, only
// silence shows that the holder is dead.
const SILENCE_MS = 120_000;
// Windows answers EPERM while another process deletes the file.
const TAKEN = process.platform === 'win32' ? ['EEXIST', 'EPERM'] : ['EEXIST'];
const POLL_MS = 200;
const POLLS_BEFORE_NOTICE = 5;

/**
 * Runs `work` while no other process holds the lock file `path`, waiting for its turn. A holder that died, by kill or
 * power loss, does not keep the others waiting.
 * @template Result
 * @param {string} path
 * @param {(share: (pid: number | undefined) => void) => Promise<Result>} work is given a function that lets a child
 *   process hold the lock as well: should this process be killed, the child's work still goes on
 * @returns {Promise<Result>}
 */
export async function withLock(path, work) {
  const pids = [process.pid];
  const id = randomUUID();
  const owner = () => JSON.stringify({ pids, host: hostname(), id });
  /** @param {number | undefined} pid */
  const share = (pid) => {
    if (pid === undefined) return;
    pids.push(pid);
    writeFileSync(path, owner());
  };
  await acquire(path, owner());
  const heartbeat = setInterval(() => {
    const now = new Date();
    unless(['ENOENT'], () => utimesSync(path, now, now));
  }, HEARTBEAT_MS);
  try {
    return await work(share);
  } finally {
    clearInterval(heartbeat);
    if (readLock(path) === owner()) rmSync(path, { force: true });
  }
}

/** @param {string} path @param {string} owner */
async function acquire(path, owner) {
  mkdirSync(dirname(path), { recursive: true });
  for (let polls = 0; ; polls++) {
    if (unless(TAKEN, () => writeFileSync(path, owner, { flag: 'wx' }))) return;
    const present = readLock(path);
    if (present !== undefined && isAbandoned(path, present)) {
      breakLock(path, present);
      continue;
    }
    if (polls === POLLS_BEFORE_NOTICE) say('Another command is installing or building; waiting for it...');
    await sleep(POLL_MS);
  }
}

/** @param {string} path @param {string} text the lock's content */
function isAbandoned(path, text) {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (modified === undefined) return false;
  if (Date.now() - modified > SILENCE_MS) return true;
  // Empty for the moment between its creation and its content.
  if (text === '') return false;
  const { pids, host } = JSON.parse(text);
  return host === hostname() && !pids.some(isRunning);
}

/**
 * Of several waiters that find the same lock abandoned only one succeeds in renaming it.
 * @param {string} path
 * @param {string} abandoned its content
 */
function breakLock(path, abandoned) {
  const aside = `${path}.${process.pid}`;
  if (!unless(['ENOENT'], () => renameSync(path, aside))) return;
  // Another waiter was faster, and this is its new lock.
  if (readLock(aside) !== abandoned) unless(['EEXIST'], () => linkSync(aside, path));
  rmSync(aside, { force: true });
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {string} path */
function readLock(path) {
  let text;
  unless(['ENOENT'], () => (text = readFileSync(path, 'utf8')));
  return /** @type {string | undefined} */ (text);
}

/**
 * Whether `action` succeeded; false if it failed with one of `codes`.
 * @param {string[]} codes
 * @param {() => void} action
 */
function unless(codes, action) {
  try {
    action();
    return true;
  } catch (error) {
    if (codes.includes(codeOf(error))) return false;
    throw error;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code ?? '';
}
