import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StudioError } from '../../shared/errors';
import { studioHome } from '../trainer/home';

/** The studio's home, made if it was not there. */
export function writableHome(flag: string | undefined): string {
  const home = studioHome(flag);
  try {
    makeFolders(home);
    accessSync(home, constants.W_OK);
    return home;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw error;
    throw new StudioError(
      `The studio cannot keep its files there (${reasons[code] ?? code}): choose another folder with --home. ${home}`,
      { cause: error },
    );
  }
}

/** One by one: Node's recursive way never returns where the system takes no folders, as below /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: 'ENOTDIR' });
    return;
  }
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  mkdirSync(folder);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a file is in the way',
  EEXIST: 'a file is in the way',
  ENOENT: 'the folder above it takes no folders',
};
