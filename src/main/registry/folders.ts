import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Artifact, CheckpointRecord, DatasetRecord, RunDescription, RunState } from '../../shared/runs';
import { datasetIdSchema, runIdSchema } from '../../shared/runs';
import type { DatasetMetadata } from '../../shared/datasets';
import { describeError, StudioError } from '../../shared/errors';
import { readDatasetMetadata } from '../datasets/metadata';
import { listCheckpointFolders, readManifest } from '../trainer/checkpoint-folders';
import { datasetsFolder, runFolder, runsFolder } from '../trainer/home';
import { readArtifacts, readDescription, readState } from '../trainer/run-folder';

/** What a run's folder says, but for its metrics; damaged parts are passed to `onNotice` and left out. */
export interface RunContents {
  description: RunDescription;
  state: RunState;
  artifacts: Artifact[];
  checkpoints: CheckpointRecord[];
}

type OnNotice = (notice: string) => void;

/** Names of the run folders. One without `run.json` is a run whose creation was cut short, and no run. */
export function runIdsInFolders(home: string): string[] {
  const folder = runsFolder(home);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => runIdSchema.safeParse(name).success && existsSync(join(folder, name, 'run.json')))
    .sort();
}

/** Undefined, with a notice, where `run.json` itself cannot be read. */
export function readRunContents(home: string, runId: string, onNotice: OnNotice): RunContents | undefined {
  const folder = runFolder(home, runId);
  const description = noticing(onNotice, () => readDescription(folder));
  if (description === undefined) return undefined;
  if (description.id !== runId) {
    onNotice(`${folder} holds the run ${description.id}: give the folder its name back.`);
    return undefined;
  }
  const checkpoints = readCheckpoints(folder, onNotice);
  const state = noticing(onNotice, () => readState(folder)) ?? unknownState(description, checkpoints);
  return { description, state, artifacts: readArtifacts(folder), checkpoints };
}

export function readCheckpoints(folder: string, onNotice: OnNotice): CheckpointRecord[] {
  return listCheckpointFolders(folder).flatMap((checkpoint) => {
    const manifest = noticing(onNotice, () => readManifest(checkpoint));
    if (manifest === undefined) return [];
    const { step, created, score, files } = manifest;
    return [{ step, created, score, bytes: files.reduce((sum, file) => sum + file.bytes, 0) }];
  });
}

/** Of a run whose status.json is lost: whatever it did, it can only go on from its last checkpoint. */
function unknownState({ created }: RunDescription, checkpoints: readonly CheckpointRecord[]): RunState {
  const step = checkpoints.at(-1)?.step ?? 0;
  const message = 'The status of this run was lost: resume it to continue from its last checkpoint.';
  return { status: 'interrupted', step, totalSteps: step, message, updated: created };
}

/** What happened to a run, and where it can go on from. */
export function interruptedMessage(what: string, folder: string): string {
  const last = readCheckpoints(folder, () => {}).at(-1);
  return last === undefined
    ? `${what}; there was no checkpoint yet: resume the run to start it again.`
    : `${what}: resume the run to continue from the checkpoint of step ${last.step}.`;
}

/** The datasets in the home's folder; those that cannot be read are passed to `onNotice` and left out. */
export async function readDatasets(home: string, onNotice: OnNotice): Promise<DatasetRecord[]> {
  const parent = datasetsFolder(home);
  if (!existsSync(parent)) return [];
  const records: DatasetRecord[] = [];
  for (const name of readdirSync(parent).sort()) {
    const folder = join(parent, name);
    // Other names are of datasets that are being made, replaced or deleted.
    if (!datasetIdSchema.safeParse(name).success || !existsSync(join(folder, 'zarr.json'))) continue;
    try {
      records.push(datasetRecord(home, folder, await readDatasetMetadata(folder, name)));
    } catch (error) {
      onNotice(describeError(error));
    }
  }
  return records;
}

export function datasetRecord(home: string, folder: string, metadata: DatasetMetadata): DatasetRecord {
  const { id, name, environment, recordings, contentHash, created } = metadata;
  const total = (key: 'episodes' | 'steps'): number =>
    recordings.reduce((sum, recording) => sum + recording[key], 0);
  return {
    id,
    name,
    environment,
    episodes: total('episodes'),
    steps: total('steps'),
    contentHash,
    folder: relative(home, folder).split(sep).join('/'),
    created,
  };
}

function noticing<T>(onNotice: OnNotice, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    onNotice(describeError(error));
    return undefined;
  }
}
