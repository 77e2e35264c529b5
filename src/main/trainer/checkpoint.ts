import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { CheckpointManifest } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import {
  checkpointFolder,
  checkpointsFolder,
  pruneCheckpoints,
  readManifest,
  verifyCheckpoint,
} from './checkpoint-folders';
import { syncFolder, uniqueSuffix } from './files';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import type { StoredTensors } from './safetensors';

/** What a run needs to go on from a step as if it had never stopped. */
export interface CheckpointContent {
  /** One safetensors file a group, e.g. `parameters`, `optimizer`, `recurrent`. */
  readonly tensors: Readonly<Record<string, StoredTensors>>;
  /** Everything else, as JSON. */
  readonly state: z.infer<typeof stateSchema>;
}

export interface CheckpointOptions {
  /** How many of the newest checkpoints to keep, beside the one with the highest score. */
  readonly keepNewest?: number;
  /** Higher is better, e.g. minus the held-out loss. */
  readonly score?: number;
}

export interface LoadedCheckpoint extends CheckpointContent {
  readonly step: number;
  readonly folder: string;
}

const stateSchema = z.record(z.string(), z.json());
const defaultKeepNewest = 3;
/** Left free for metrics, status and log, which have to be written on a full disk too. */
const reservedBytes = 256 * 1024;

/**
 * Writes a checkpoint so that a kill or a power loss at any moment leaves it whole or absent: a new folder, every file
 * flushed, the manifest with the checksums last, then one rename. Older checkpoints go only after the new one verifies.
 * The tensors must not change until the promise resolves. A sound checkpoint of the same step is left as it is: equal
 * steps of one run hold equal states. Returns the checkpoint's folder.
 */
export async function saveCheckpoint(
  runFolder: string,
  step: number,
  content: CheckpointContent,
  options: CheckpointOptions = {},
): Promise<string> {
  const folder = checkpointFolder(runFolder, step);
  await makeWay(folder);
  if (!existsSync(folder)) {
    const files = encodeContent(content);
    await mkdir(checkpointsFolder(runFolder), { recursive: true });
    await checkSpace(checkpointsFolder(runFolder), step, files);
    const partial = `${folder}.partial-${uniqueSuffix(4)}`;
    try {
      await writeFolder(partial, step, files, options.score ?? null);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw describeWriteError(error, runFolder, step);
    }
    await rename(partial, folder);
    syncFolder(checkpointsFolder(runFolder));
    await verifyCheckpoint(folder);
  }
  await pruneCheckpoints(runFolder, folder, options.keepNewest ?? defaultKeepNewest);
  return folder;
}

/** Reads a checkpoint, checking every file against the manifest. Throws StudioError naming what is damaged. */
export async function loadCheckpoint(folder: string): Promise<LoadedCheckpoint> {
  const manifest = readManifest(folder);
  const tensors: [string, StoredTensors][] = [];
  let state: CheckpointContent['state'] | undefined;
  for (const file of manifest.files) {
    const path = join(folder, file.name);
    const bytes = await readFile(path);
    if (bytes.byteLength !== file.bytes || sha256([bytes]) !== file.sha256) {
      throw new StudioError(`${path} differs from its checkpoint's manifest: use another checkpoint.`);
    }
    if (file.name === 'state.json') state = stateSchema.parse(JSON.parse(bytes.toString('utf8')));
    else tensors.push([basename(file.name, '.safetensors'), decodeSafetensors(bytes, path)]);
  }
  if (state === undefined) throw new StudioError(`${folder} holds no state.json: use another checkpoint.`);
  return { step: manifest.step, folder, tensors: Object.fromEntries(tensors), state };
}

type EncodedFiles = readonly { name: string; parts: readonly Uint8Array[]; bytes: number }[];

function encodeContent({ tensors, state }: CheckpointContent): EncodedFiles {
  const contents: [string, Uint8Array[]][] = Object.entries(tensors).map(([group, values]) => [
    `${group}.safetensors`,
    encodeSafetensors(values),
  ]);
  contents.push(['state.json', [Buffer.from(JSON.stringify(state), 'utf8')]]);
  return contents.map(([name, parts]) => ({
    name,
    parts,
    bytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
  }));
}

/** A damaged checkpoint in the new one's place is put aside, not deleted: someone may want to look at it. */
async function makeWay(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  try {
    await verifyCheckpoint(folder);
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    await rename(folder, `${folder}.damaged-${uniqueSuffix(4)}`);
  }
}

async function checkSpace(folder: string, step: number, files: EncodedFiles): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  // Every file takes whole blocks, and the manifest one more.
  const blocks = files.reduce((sum, { bytes }) => sum + Math.ceil(bytes / bsize), 1);
  const needed = blocks * bsize + reservedBytes;
  const free = bavail * bsize;
  if (free < needed) {
    throw new StudioError(
      `The disk is full: the checkpoint of step ${step} needs ${mebibytes(needed)} and ${mebibytes(free)} are free in ` +
        `${folder}; free some space, then resume the run.`,
    );
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

async function writeFolder(
  folder: string,
  step: number,
  files: EncodedFiles,
  score: number | null,
): Promise<void> {
  await mkdir(folder);
  for (const { name, parts } of files) await writeFlushed(join(folder, name), parts);
  const manifest: CheckpointManifest = {
    step,
    created: new Date().toISOString(),
    score,
    files: files.map(({ name, parts, bytes }) => ({ name, bytes, sha256: sha256(parts) })),
  };
  await writeFlushed(join(folder, 'manifest.json'), [
    Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8'),
  ]);
  syncFolder(folder);
}

async function writeFlushed(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function describeWriteError(error: unknown, runFolder: string, step: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return error;
  return new StudioError(
    `The disk filled up while the checkpoint of step ${step} was written in ${runFolder}; free some space, then resume ` +
      `the run: the checkpoint before it is kept.`,
    { cause: error },
  );
}
