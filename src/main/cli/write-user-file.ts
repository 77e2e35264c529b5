import { resolve } from 'node:path';
import { StudioError } from '../../shared/errors';
import { writeFileAtomically } from '../trainer/files';

/** Returns the path. Throws StudioError if the file cannot be written where the user wants it. */
export function writeUserFile(file: string, content: Uint8Array): string {
  const path = resolve(file);
  try {
    writeFileAtomically(path, [content]);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such folder' : code;
    throw new StudioError(`The file cannot be written (${reason}): choose another place. ${path}`, {
      cause: error,
    });
  }
}
