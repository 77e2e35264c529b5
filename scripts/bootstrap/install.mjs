import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { withLock } from './lock.mjs';
import { lockFile } from './project.mjs';
import { cLibrary, chooseNode, ownNodeOf } from './runtime.mjs';
import { endOf, withNodeFirst } from './run.mjs';
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
      if (lacksBinaries(root)) await complete(root, share);
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
 * @typedef {{ version?: string; optional?: boolean; os?: string | string[]; cpu?: string | string[]; libc?: string | string[] }} Package
 * @typedef {{ packages: Record<string, Package> }} Lockfile
 */

/** What package-lock.json asks for, each with npm's record of it. @param {string} root */
function wantedPackages(root) {
  /** @type {Lockfile} */
  const { packages: wanted } = readJson(join(root, 'package-lock.json'));
  /** @type {Lockfile} */
  const { packages: present } = readJson(npmRecord(root));
  return Object.entries(wanted)
    .filter(([path]) => path !== '')
    .map(([path, asked]) => ({ path, asked, installed: present[path] }));
}

/**
 * Whether a person's own `npm ci` or `npm install` already brought what package-lock.json asks for.
 * @param {string} root
 */
export function matchesLockfile(root) {
  if (!existsSync(npmRecord(root))) return false;
  return wantedPackages(root).every(({ path, asked, installed }) => {
    // What is optional may belong to another platform.
    if (!installed) return asked.optional === true;
    return installed.version === asked.version && existsSync(join(root, path, 'package.json'));
  });
}

/** Whether an optional package is missing that is made for this platform. @param {string} root */
export function lacksBinaries(root) {
  return wantedPackages(root).some(({ asked: { optional, os, cpu, libc }, installed }) => {
    const isForThisPlatform =
      optional && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
    return isForThisPlatform && (!libc || [libc].flat().includes(cLibrary() ?? '')) && !installed;
  });
}

/** @typedef {(pid: number | undefined) => void} Share lets npm hold the lock as well */

/** @param {string} root @param {Share} share */
async function install(root, share) {
  say('Installing the packages from the npm registry (once; about a minute)...');
  // An install that is killed half-way must not look finished to the next run.
  rmSync(stampFile(root), { force: true });
  rmSync(npmRecord(root), { force: true });
  // Windows cannot delete the program that is running: there the install goes over what is present.
  const runsFromHere = process.execPath.startsWith(join(root, 'node_modules') + sep);
  const keepsFolder = process.platform === 'win32' && runsFromHere;
  await npm(keepsFolder ? ['install', '--no-save'] : ['ci'], process.execPath, root, share);
}

/**
 * npm silently leaves out optional packages that refuse the Node which runs it; the project's own they do not refuse.
 * @param {string} root
 * @param {Share} share
 */
async function complete(root, share) {
  rmSync(npmRecord(root), { force: true });
  await npm(['install', '--no-save'], ownNodeOf(root) ?? process.execPath, root, share);
}

/**
 * @param {string[]} npmArguments
 * @param {string} node what runs npm
 * @param {string} root
 * @param {Share} share
 */
async function npm(npmArguments, node, root, share) {
  // `npm run` says where npm is; on Windows it lies beside its Node; elsewhere it is a program that looks for `node`.
  const script = [
    process.env.npm_execpath ?? '',
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((path) => /npm-cli\.c?js$/.test(path) && existsSync(path));
  const options = [...npmArguments, '--include=dev', '--include=optional', '--prefer-offline'];
  // Its warnings are about engines that refuse the Node which runs npm: it is not the one that will run the project.
  const all = [...options, '--loglevel=error'];
  const child = spawn(script ? node : 'npm', script ? [script, ...all] : all, {
    cwd: root,
    env: withNodeFirst(node),
    stdio: ['ignore', process.stderr, process.stderr],
    shell: !script && process.platform === 'win32',
  });
  share(child.pid);
  const code = await endOf(child).catch((/** @type {Error} */ error) => error.message);
  if (code === 0) return;
  throw new BootstrapError(
    `The packages could not be installed (npm ended with ${code}, its reasons are above): check that this machine reaches the npm registry, then repeat the command.`,
  );
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
