import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file so that a reader, or a crash at any moment, sees the old content or the new, never a mixture: the
 * content is on the disk before the name points to it.
 */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  // A fixed name, so that what a killed process left is overwritten rather than collected.
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // On a full disk the half-written file is the first thing to give back; the write's own error is the one to report.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

export async function writeJsonAtomically(path: string, value: unknown): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes the names in a file's folder durable. Windows can neither open a folder nor needs to. */
export async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Reads a plain file of at most `maximumBytes`, or undefined where there is none. Links are refused: a folder from
 * outside must not lead to other files of this machine.
 */
export async function readBounded(path: string, maximumBytes: number): Promise<Uint8Array | undefined> {
  const status = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!status) return undefined;
  if (!status.isFile()) throw new Error('it is not a plain file');
  if (status.size > maximumBytes)
    throw new Error(`its ${status.size} bytes are over the limit of ${maximumBytes}`);
  return readFile(path);
}
