import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

const DOWNLOAD_MS = 15 * 60_000;
const executableNames = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
const executable = /** @type {Record<string, string>} */ (executableNames)[process.platform] ?? 'electron';

/**
 * The program and arguments that open the application at `root`. `DITTO_ELECTRON` names the folder of another Electron
 * than the one that the npm package fetches.
 * @param {string} root
 * @returns {{ program: string; programArguments: string[] }}
 */
export function electronCommand(root) {
  const folder = process.env.DITTO_ELECTRON || electronOfPackage(root);
  if (!existsSync(join(folder, executable))) {
    throw new Error(`DITTO_ELECTRON names ${folder}, where there is no Electron: correct it, or unset it.`);
  }
  const hasDefaultApp = readdirSync(join(folder, ...resourcesPath)).includes('default_app.asar');
  // A runtime without the default app opens only what lies in its own resources.
  if (!hasDefaultApp) return { program: join(linkedCopy(folder, root), executable), programArguments: [] };
  return { program: join(folder, executable), programArguments: [root] };
}

const resourcesPath =
  process.platform === 'darwin' ? ['Electron.app', 'Contents', 'Resources'] : ['resources'];

/** @param {string} root @returns {string} the folder of the Electron that the npm package brings, fetched if need be */
function electronOfPackage(root) {
  const folder = join(root, 'node_modules/electron/dist');
  if (existsSync(join(folder, executable))) return folder;
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'));
  console.error(`Fetching Electron ${version} (once; about 120 MB)...`);
  const { status, error, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/electron/install.js')],
    {
      timeout: DOWNLOAD_MS,
      encoding: 'utf8',
    },
  );
  if (status === 0 && existsSync(join(folder, executable))) return folder;
  const reason =
    error?.message ??
    /code: '(\w+)'/.exec(stderr)?.[1] ??
    /error.*/i.exec(stderr)?.[0] ??
    `exit code ${status}`;
  throw new Error(
    `Electron ${version}, which draws the window, could not be fetched (${reason}): set ELECTRON_MIRROR to a server that this machine reaches.`,
  );
}

/**
 * A copy of the runtime in `folder`, made of hard links, whose application is `root`.
 * @param {string} folder
 * @param {string} root
 */
function linkedCopy(folder, root) {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const copy = join(root, '.cache', 'electron', name);
  const application = join(copy, ...resourcesPath, 'app');
  if (existsSync(application)) return copy;
  linkTree(folder, copy);
  symlinkSync(root, application, 'junction');
  return copy;
}

/** @param {string} from @param {string} to */
function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (!existsSync(target)) linkOrCopy(source, target);
  }
}

/** @param {string} source @param {string} target */
function linkOrCopy(source, target) {
  try {
    linkSync(source, target);
  } catch {
    // Another file system.
    copyFileSync(source, target);
  }
}
