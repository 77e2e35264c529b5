import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../compose-dataset';
import { readNpz } from './npz';
import { PartedSource } from './parted-source';

const MAXIMUM_FILES = 100_000;

/** A file or folder of .npz episodes, as the Dreamer family, DITTO and others save them. */
export async function openNpz(path: string, options?: WorkOptions): Promise<PartedSource> {
  const paths = await npzFiles(path);
  const parts = paths.map((file) => ({
    name: basename(file),
    read: (wanted: (key: string) => boolean) => readNpz(file, wanted),
  }));
  const name = basename(path);
  const about = {
    ...{ format: 'npz' as const, name, suggestedName: name.replace(/\.npz$/, ''), environment: null },
    what: paths.length === 1 ? 'an .npz file' : `${paths.length} .npz files`,
  };
  return PartedSource.open({ ...about, parts }, options);
}

/** The .npz files at a path, with `episode-2` before `episode-10`. */
async function npzFiles(path: string): Promise<string[]> {
  const status = await stat(path).catch(() => undefined);
  if (!status) throw new StudioError(`There is nothing at this path: check it. ${path}`);
  if (!status.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.npz') && !name.startsWith('.'));
  if (names.length === 0) {
    throw new StudioError(
      `There is nothing to import in this folder (no .npz files, no Zarr arrays): choose the folder that holds the episodes. ${path}`,
    );
  }
  if (names.length > MAXIMUM_FILES) {
    throw new StudioError(
      `This folder holds ${names.length} .npz files, over the limit of ${MAXIMUM_FILES}: import it in parts. ${path}`,
    );
  }
  const order = new Intl.Collator('en', { numeric: true });
  return names.sort(order.compare).map((name) => join(path, name));
}
