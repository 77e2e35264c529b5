import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { withLock } from './lock.mjs';
import { lockFile } from './project.mjs';
import { chooseNode, ownNodeOf } from './runtime.mjs';
import { endOf } from './run.mjs';
import { BootstrapError, say } from './say.mjs';

/** Written last, so that it proves a finished install of exactly this lockfile. @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.ditto-studio-install.json');
/** npm's own record of what it installed, which it also writes last. @param {string} root */
const npmRecord = (root) => join(root, 'node_modules', '.package-lock.json');

/**
 * Installs the packages of package-lock.json where that has not happened yet. Touches neither network nor disk when
 * it has.
 * @param {string} root
 * @returns {Promise<string>} the Node to run the project with
 */
export async function ensureInstalled(root) {
  const wanted = lockfileHash(root);
  const isDone = () => readStamp(root) === wanted;
  if (!isDone()) {
    await withLock(lockFile(root), async (share) => {
      if (isDone()) return;
      if (!matchesLockfile(root)) await install(root, share);
      chooseNode(root);
      writeAtomically(stampFile(root), JSON.stringify({ lockfile: wanted }));
    });
  }
  return chooseNode(root);
}

/** @param {string} root */
function lockfileHash(root) {
  const text = readFileSync(join(root, 'package-lock.json'));
  // A folder that moved to another platform needs that platform's binaries.
  return createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(text).digest('hex');
}

/** @param {string} root @returns {string | undefined} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8')).lockfile;
  } catch {
    return undefined;
  }
}

/**
 * Whether a person's own `npm ci` or `npm install` already brought what package-lock.json asks for.
 * @param {string} root
 */
export function matchesLockfile(root) {
  if (!existsSync(npmRecord(root))) return false;
  /** @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} Lockfile */
  const { packages: wanted } = /** @type {Lockfile} */ (readJson(join(root, 'package-lock.json')));
  const { packages: present } = /** @type {Lockfile} */ (readJson(npmRecord(root)));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const installed = present[path];
    // What is optional may belong to another platform; the project's Node is one of these, and checked by itself.
    if (!installed) return optional === true;
    return installed.version === version && existsSync(join(root, path, 'package.json'));
  });
}

/** @param {string} root @param {(pid: number | undefined) => void} share */
async function install(root, share) {
  say('Installing the packages from the npm registry (once; about a minute)...');
  // An install that is killed half-way must not look finished to the next run.
  rmSync(stampFile(root), { force: true });
  rmSync(npmRecord(root), { force: true });
  // Windows cannot delete the program that is running: there the install goes over what is present.
  const runsFromHere = process.execPath.startsWith(join(root, 'node_modules') + sep);
  const command = process.platform === 'win32' && runsFromHere ? ['install', '--no-save'] : ['ci'];
  const code = await npm(
    [...command, '--include=dev', '--include=optional', '--prefer-offline'],
    root,
    share,
  );
  if (code !== 0) {
    throw new BootstrapError(
      `The packages could not be installed (npm ended with code ${code}, its reasons are above): check that this machine reaches the npm registry, then repeat the command.`,
    );
  }
  if (!ownNodeOf(root)) say('npm offers no Node for this platform; the one that runs this is used instead.');
}

/**
 * @param {string[]} npmArguments
 * @param {string} root
 * @param {(pid: number | undefined) => void} share
 */
function npm(npmArguments, root, share) {
  // Under `npm run`, npm says where it is; its own Node survives the removal of node_modules.
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const [program, first] = /npm-cli\.c?js$/.test(script ?? '')
    ? [node ?? process.execPath, [/** @type {string} */ (script)]]
    : ['npm', []];
  // Its warnings of unsupported engines are about the Node that runs npm, not the one that will run the project.
  const child = spawn(program, [...first, ...npmArguments, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: program === 'npm' && process.platform === 'win32',
  });
  share(child.pid);
  return endOf(child);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** @param {string} path @param {string} text */
function writeAtomically(path, text) {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, path);
}
