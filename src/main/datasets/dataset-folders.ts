import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../shared/errors';
import { Dataset } from './dataset';
import { syncFolderOf } from './files';

/**
 * Datasets that are being made, replaced or deleted stand under a hidden name beside their place,
 * `.<id>.<process>-<random>.<state>`, so that a kill at any moment leaves the whole old dataset or the whole new one.
 */
type HiddenState = 'new' | 'old' | 'deleted';
const hiddenPattern = /^\.(.+)\.(\d+)-[0-9a-f]{8}\.(new|old|deleted)$/;

/** The hidden folders that this process is working on: one of its number that is not here is a dead process's. */
const inUse = new Set<string>();

async function withHidden<T>(id: string, state: HiddenState, use: (name: string) => Promise<T>): Promise<T> {
  const name = `.${id}.${process.pid}-${randomBytes(4).toString('hex')}.${state}`;
  inUse.add(name);
  try {
    return await use(name);
  } finally {
    inUse.delete(name);
  }
}

export interface MakingOptions {
  /** Takes the place of the dataset that has this id; otherwise the id must be free. */
  replace?: boolean;
}

/**
 * Makes the dataset folder `<parent>/<id>`: `build` writes it elsewhere, it is read back and compared with its hash, and
 * only then takes its place. If anything fails there is no trace, and a dataset that was to be replaced is untouched.
 */
export async function makeDataset(
  parent: string,
  id: string,
  build: (folder: string) => Promise<void>,
  { replace = false }: MakingOptions = {},
): Promise<Dataset> {
  const target = join(parent, id);
  if (!replace && existsSync(target)) {
    throw new StudioError(`There is a dataset "${id}" already: choose another name. ${target}`);
  }
  await mkdir(parent, { recursive: true });
  return withHidden(id, 'new', async (name) => {
    const made = join(parent, name);
    try {
      await build(made);
      await (await Dataset.open(made, { cacheBytes: 0 })).verify();
      await (replace ? exchange(parent, id, made) : rename(made, target));
      await syncFolderOf(target);
    } catch (error) {
      await rm(made, { recursive: true, force: true });
      throw error;
    }
    return Dataset.open(target, { cacheBytes: 0 });
  });
}

/** `stem`, or `stem-2`, `stem-3`, … where that is taken. */
export function freeDatasetId(parent: string, stem: string): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!existsSync(join(parent, id))) return id;
  }
}

/** Between the two renames there is no dataset of this id; `recoverDatasets` puts the old one back. */
async function exchange(parent: string, id: string, made: string): Promise<void> {
  const target = join(parent, id);
  await withHidden(id, 'old', async (name) => {
    const old = join(parent, name);
    await rename(target, old);
    try {
      await rename(made, target);
    } catch (error) {
      await rename(old, target);
      throw error;
    }
    await syncFolderOf(target);
    await rm(old, { recursive: true, force: true });
  });
}

/** Deletes a dataset's folder; whether runs still need it is the caller's question. */
export async function deleteDataset(parent: string, id: string): Promise<void> {
  const target = join(parent, id);
  if (!existsSync(target)) {
    throw new StudioError(`There is no dataset "${id}": take one from the list of datasets. ${target}`);
  }
  await withHidden(id, 'deleted', async (name) => {
    // Gone at once, whatever happens while its many files are removed.
    await rename(target, join(parent, name));
    await syncFolderOf(target);
    await rm(join(parent, name), { recursive: true, force: true });
  });
}

/**
 * Cleans up after processes that were killed: puts datasets back that were being replaced and removes what was half
 * made or half deleted. Returns a sentence for each dataset that was put back.
 */
export async function recoverDatasets(parent: string): Promise<string[]> {
  const notices: string[] = [];
  if (!existsSync(parent)) return notices;
  for (const name of await readdir(parent)) {
    const match = hiddenPattern.exec(name);
    if (!match || inUse.has(name)) continue;
    const [, id, pid, state] = match as unknown as [string, string, string, HiddenState];
    if (state === 'old' && !existsSync(join(parent, id))) {
      await rename(join(parent, name), join(parent, id));
      notices.push(`An edit of dataset "${id}" was cut short; it is as it was before: edit it again.`);
    } else if (Number(pid) === process.pid || !isRunning(Number(pid))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  return notices;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
