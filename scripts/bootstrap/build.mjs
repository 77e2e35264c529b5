import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { compileOperators, compiler } from './operators.mjs';
import { lockFile } from './project.mjs';
import { endOf } from './run.mjs';
import { BootstrapError, say } from './say.mjs';

/** Everything that decides what out/ holds. */
const INPUTS = [
  'src',
  'experiments',
  'bench',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.renderer.json',
];

/** Inside out/, so that it arrives and leaves with what it describes. @param {string} root */
const stampFile = (root) => join(root, 'out', 'build.json');

/**
 * Builds out/ unless it was built from exactly these sources.
 * @param {string} root
 * @param {string} node
 */
export async function ensureBuilt(root, node) {
  if (isBuilt(root)) return;
  await withLock(lockFile(root), async (share) => {
    if (isBuilt(root)) return;
    say('Building...');
    const sources = hashSources(root);
    const next = join(root, 'out.next');
    rmSync(next, { recursive: true, force: true });
    await bundle(root, node, 'out.next', share);
    const command = compiler();
    if (command) await compileOperators(root, join(next, 'operators'), command);
    else
      say(
        'There is no C compiler: training on a CPU is about a fifth slower without the operators it compiles.',
      );
    writeFileSync(join(next, 'build.json'), JSON.stringify({ sources, compiler: command ?? null }));
    replaceFolder(join(root, 'out'), next);
  });
}

/** Whether out/ was built from the present sources, and with a C compiler if there is one now. @param {string} root */
export function isBuilt(root) {
  try {
    const stamp = JSON.parse(readFileSync(stampFile(root), 'utf8'));
    return stamp.sources === hashSources(root) && (stamp.compiler !== null || compiler() === undefined);
  } catch {
    return false;
  }
}

/** A hash over the names and contents of all inputs of the build. @param {string} root */
export function hashSources(root) {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((input) => filesBelow(root, input))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]} paths below `root`, in a fixed order, without tests and their fixtures
 */
function filesBelow(root, path) {
  if (/(\.test\.ts|\/fixtures)$/.test(path) || !existsSync(join(root, path))) return [];
  // Not by the name: data files may have no extension, and folders may.
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
}

/**
 * @param {string} root
 * @param {string} node
 * @param {string} folder
 * @param {(pid: number | undefined) => void} share
 */
async function bundle(root, node, folder, share) {
  const program = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const child = spawn(node, [program, 'build', '--outDir', folder, '--logLevel', 'warn'], { cwd: root });
  share(child.pid);
  /** @type {Buffer[]} */
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  if ((await endOf(child)) !== 0) {
    process.stderr.write(Buffer.concat(output));
    throw new BootstrapError('The build failed (see above): correct the sources, then repeat the command.');
  }
}

/**
 * Replaces `folder` by `next` with renames: whoever starts a program from it finds the old build or the new one whole.
 * @param {string} folder
 * @param {string} next
 */
function replaceFolder(folder, next) {
  const previous = `${folder}.previous`;
  rmSync(previous, { recursive: true, force: true });
  try {
    if (existsSync(folder)) renameSync(folder, previous);
    renameSync(next, folder);
  } catch {
    // Windows renames no folder that a program has open; its files it does replace.
    cpSync(next, folder, { recursive: true });
    rmSync(next, { recursive: true, force: true });
  }
  rmSync(previous, { recursive: true, force: true });
}
