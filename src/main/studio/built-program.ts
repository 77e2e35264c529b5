import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../../shared/errors';

/** Another process' program, beside this file's bundle or, where the bundler made a chunk of it, one folder up. */
export function builtProgram(name: 'cli' | 'studio' | 'trainer' | 'dreamer'): string {
  const candidates = ['.', '..'].map((folder) => join(import.meta.dirname, folder, `${name}.js`));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new StudioError(`The ${name} has not been built: run "npm run build", which makes ${candidates[0]}`);
}
