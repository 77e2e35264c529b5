// Brings Debian packages that tests need: node scripts/debian-packages.mjs xvfb chromium
// It installs them where it may (as root on a Debian), and says which are missing where it may not.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Installs the packages that are missing if this machine and user allow it.
 * @param {string[]} names
 * @returns {string[]} those that are still missing
 */
export function bringDebianPackages(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0 || process.getuid?.() !== 0) return missing;
  // Without lists (a fresh container) nothing is found; with them the second attempt is not needed.
  if (!aptInstall(missing)) {
    apt(['update']);
    aptInstall(missing);
  }
  return missing.filter((name) => !isInstalled(name));
}

/** @param {string} name */
function isInstalled(name) {
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat', '${Status}', name], {
    encoding: 'utf8',
  });
  return stdout === 'install ok installed';
}

/** @param {string[]} names */
function aptInstall(names) {
  return apt(['install', '--yes', '--no-install-recommends', ...names]);
}

/** @param {string[]} aptArguments */
function apt(aptArguments) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', aptArguments, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

const isProgram =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) {
  const missing = bringDebianPackages(process.argv.slice(2));
  if (missing.length > 0) {
    console.error(`Missing Debian packages, install them with: sudo apt-get install ${missing.join(' ')}`);
    process.exitCode = 1;
  }
}
