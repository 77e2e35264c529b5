import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** One command installs or builds at a time. @param {string} root */
export const lockFile = (root) => join(root, '.cache', 'bootstrap.lock');
