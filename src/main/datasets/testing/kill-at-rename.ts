import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** Counts renames, and ends this process just before the one with the given number. */
export function killAtRename(number: number): { readonly count: number } {
  const renames = { count: 0 };
  const { rename } = fs;
  fs.rename = (from, to) => {
    if (renames.count++ === number) process.kill(process.pid, 'SIGKILL');
    return rename(from, to);
  };
  syncBuiltinESMExports();
  return renames;
}
