import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StudioError } from '../../../shared/errors';
import { requireDiskSpace } from '../disk-space';

export interface UploadPart {
  /** Chosen by the page, one for each drop. */
  upload: string;
  /** Relative, with forward slashes: the dropped file's name, or its place in the dropped folder. */
  name: string;
  offset: number;
  bytes: Uint8Array;
}

/**
 * What was dropped on a page in a browser, which does not tell where a file lies: its content is copied into the home
 * and imported from there.
 */
export class Uploads {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, 'uploads');
  }

  /** Appends to a file; returns the path of what was dropped as a whole. */
  async write({ upload, name, offset, bytes }: UploadPart): Promise<string> {
    const folder = join(this.#folder, upload);
    const path = join(folder, ...name.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await requireDiskSpace(folder, bytes.length, 'the dropped files');
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (size !== offset) {
      throw new StudioError(`The upload of ${name} was interrupted: drop it once more.`);
    }
    const file = await open(path, 'a');
    try {
      await file.write(bytes);
    } finally {
      await file.close();
    }
    return join(folder, name.split('/')[0]!);
  }

  async remove(upload: string): Promise<void> {
    await rm(join(this.#folder, upload), { recursive: true, force: true });
  }

  /** What an earlier studio process left behind. */
  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
