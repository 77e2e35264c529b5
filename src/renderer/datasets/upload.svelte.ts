import { describeError } from '../../shared/errors';
import { studio } from '../connection/connection.svelte';
import type { DroppedFile } from './dropped-files';

const partBytes = 4 * 2 ** 20;

/** Copies what was dropped on a page in a browser to the studio's machine. */
export class Upload {
  busy = $state(false);
  error = $state<string>();
  files = $state(0);
  bytes = $state(0);
  #upload: string | undefined;

  /** The path there, or undefined where it failed. */
  async run(files: AsyncIterable<DroppedFile>): Promise<string | undefined> {
    if (this.busy) return undefined;
    await this.remove();
    const upload = crypto.randomUUID();
    this.#upload = upload;
    this.busy = true;
    this.error = undefined;
    this.files = this.bytes = 0;
    let path: string | undefined;
    try {
      for await (const { name, file } of files) {
        for (let offset = 0; offset === 0 || offset < file.size; offset += partBytes) {
          const bytes = new Uint8Array(await file.slice(offset, offset + partBytes).arrayBuffer());
          path = await studio().datasets.upload({ upload, name, offset, bytes });
          this.bytes += bytes.length;
        }
        this.files++;
      }
      return path;
    } catch (error) {
      this.error = describeError(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** When it has been imported, or will not be. */
  async remove(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    if (upload !== undefined) await studio().datasets.removeUpload({ upload });
  }
}
