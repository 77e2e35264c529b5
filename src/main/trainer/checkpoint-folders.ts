import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkpointManifestSchema } from '../../shared/runs';
import type { CheckpointManifest } from '../../shared/runs';
import { describeError, StudioError } from '../../shared/errors';
import { readJson, uniqueSuffix } from './files';

const finalPattern = /^step-\d{9,}$/;
/** Half-written, or half-deleted: nobody will miss them. */
const leftoverPattern = /^step-\d{9,}\.(partial|removed)-[0-9a-f]+$/;

export function checkpointsFolder(runFolder: string): string {
  return join(runFolder, 'checkpoints');
}

/** e.g. `checkpoints/step-000000060` */
export function checkpointFolder(runFolder: string, step: number): string {
  return join(checkpointsFolder(runFolder), `step-${String(step).padStart(9, '0')}`);
}

/** Folders that a finished write left, oldest step first; whether they are still sound, only verifying tells. */
export function listCheckpointFolders(runFolder: string): string[] {
  const folder = checkpointsFolder(runFolder);
  if (!existsSync(folder)) return [];
  const steps = readdirSync(folder)
    .filter((name) => finalPattern.test(name))
    .map((name) => Number(name.slice('step-'.length)));
  return steps.sort((a, b) => a - b).map((step) => checkpointFolder(runFolder, step));
}

/** Throws StudioError where the manifest is missing or damaged, or is another step's. */
export function readManifest(folder: string): CheckpointManifest {
  const manifest = readJson(join(folder, 'manifest.json'), checkpointManifestSchema);
  if (!folder.endsWith(`-${String(manifest.step).padStart(9, '0')}`)) {
    throw new StudioError(
      `${folder} holds the checkpoint of step ${manifest.step}: give the folder its name back.`,
    );
  }
  return manifest;
}

/** Checks sizes and checksums of every file. Throws StudioError naming the first that is damaged. */
export async function verifyCheckpoint(folder: string): Promise<CheckpointManifest> {
  const manifest = readManifest(folder);
  for (const { name, bytes, sha256 } of manifest.files) {
    const path = join(folder, name);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size !== bytes) {
      throw new StudioError(`${path} has ${size ?? 'no'} bytes instead of ${bytes}: use another checkpoint.`);
    }
    if ((await hashFile(path)) !== sha256) {
      throw new StudioError(`${path} differs from its checkpoint's manifest: use another checkpoint.`);
    }
  }
  return manifest;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

export interface FoundCheckpoint {
  /** The newest one that verifies; undefined where there is none. */
  checkpoint: { folder: string; step: number } | undefined;
  /** Newer ones that were passed over; tell the user. */
  damaged: { folder: string; reason: string }[];
}

/** The checkpoint to resume from. */
export async function latestCheckpoint(runFolder: string): Promise<FoundCheckpoint> {
  const damaged: FoundCheckpoint['damaged'] = [];
  for (const folder of listCheckpointFolders(runFolder).reverse()) {
    try {
      const { step } = await verifyCheckpoint(folder);
      return { checkpoint: { folder, step }, damaged };
    } catch (error) {
      damaged.push({ folder, reason: describeError(error) });
    }
  }
  return { checkpoint: undefined, damaged };
}

/**
 * Of the checkpoints up to a sound one, keeps the newest, that one included, and the best-scored. Later steps are left
 * alone: they are there only if they were damaged, and must not crowd out the sound one.
 */
export async function pruneCheckpoints(runFolder: string, sound: string, keepNewest: number): Promise<void> {
  const all = listCheckpointFolders(runFolder);
  const folders = all.slice(0, all.indexOf(sound) + 1);
  const best = bestScored(folders);
  for (const folder of folders.slice(0, -Math.max(1, keepNewest))) {
    if (folder === best) continue;
    // Renamed first: a delete that is cut short must not leave something that looks like a damaged checkpoint.
    const doomed = `${folder}.removed-${uniqueSuffix(4)}`;
    await rename(folder, doomed);
    await rm(doomed, { recursive: true, force: true });
  }
}

function bestScored(folders: readonly string[]): string | undefined {
  let best: { folder: string; score: number } | undefined;
  for (const folder of folders) {
    const score = scoreOf(folder);
    if (score !== null && (best === undefined || score > best.score)) best = { folder, score };
  }
  return best?.folder;
}

function scoreOf(folder: string): number | null {
  try {
    return readManifest(folder).score;
  } catch (error) {
    // A damaged checkpoint cannot be the best one.
    if (error instanceof StudioError) return null;
    throw error;
  }
}

/** Removes what a kill left of checkpoints that were being written or removed; only while no trainer runs. */
export async function sweepCheckpoints(runFolder: string): Promise<void> {
  const folder = checkpointsFolder(runFolder);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (leftoverPattern.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
