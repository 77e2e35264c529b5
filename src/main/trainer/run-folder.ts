import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import studio from '../../../package.json' with { type: 'json' };
import {
  artifactSchema,
  runDescriptionSchema,
  runErrorSchema,
  runFormatVersion,
  runStateSchema,
} from '../../shared/runs';
import type { Artifact, RunDescription, RunError, RunKind, RunState } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import { operatorDigest } from '../tensor/native/operator-library';
import { sweepCheckpoints } from './checkpoint-folders';
import { readJson, sweepTemporaryFiles, syncFolder, uniqueSuffix, writeJson } from './files';
import { runFolder, runsFolder } from './home';
import { LineAppender, readLines } from './json-lines';

export type NewRun = Omit<RunDescription, 'formatVersion' | 'id' | 'created' | 'versions'> & {
  /** As `reserveRunId` gave it; a new one if left out. */
  id?: string | undefined;
};

/** Creates the folder of a queued run and returns what `run.json` says. */
export function createRunFolder(home: string, run: NewRun, totalSteps = 0, now = new Date()): RunDescription {
  const id = run.id ?? reserveRunId(home, run.kind, now);
  const folder = runFolder(home, id);
  const description = {
    formatVersion: runFormatVersion,
    created: now.toISOString(),
    versions: versions(),
    ...run,
    id,
  };
  // Parsed on the way out too: a mistake shows when the run is made, not when it is read.
  const checked = runDescriptionSchema.parse(description);
  for (const name of ['checkpoints', 'artifacts']) mkdirSync(join(folder, name));
  writeState(folder, {
    status: 'queued',
    step: 0,
    totalSteps,
    message: 'Queued',
    updated: now.toISOString(),
  });
  // Last: a folder without run.json is a run whose creation was cut short, and no run.
  writeJson(join(folder, 'run.json'), checked);
  syncFolder(runsFolder(home));
  return checked;
}

/** A sortable id such as `20261122-131405-world-model-ab12`, reserved by making its folder. */
export function reserveRunId(home: string, kind: RunKind, now = new Date()): string {
  mkdirSync(runsFolder(home), { recursive: true });
  const [date, time] = now.toISOString().replaceAll(/[-:]/g, '').split(/[T.]/);
  for (;;) {
    const id = `${date}-${time}-${kind}-${uniqueSuffix(4)}`;
    try {
      mkdirSync(runFolder(home, id));
      return id;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** What a run's numbers may depend on beside its configuration and seed. */
export function versions(): RunDescription['versions'] {
  const operators = operatorDigest();
  return {
    studio: studio.version,
    node: process.versions.node,
    // The lockfile holds this exact version; its own package.json cannot be imported once the program is bundled.
    onnxruntime: studio.dependencies['onnxruntime-node'],
    ...(operators !== undefined && { operators }),
    platform: `${process.platform} ${process.arch} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
  };
}

export function readDescription(folder: string): RunDescription {
  return readJson(join(folder, 'run.json'), runDescriptionSchema);
}

export function readState(folder: string): RunState {
  return readJson(join(folder, 'status.json'), runStateSchema);
}

/** For the parent of the trainer and for nobody else; see `runStateSchema`. */
export function writeState(folder: string, state: RunState): void {
  writeJson(join(folder, 'status.json'), runStateSchema.parse(state));
}

/** What the trainer says before it exits with code 2. */
export function writeError(folder: string, error: RunError): void {
  writeJson(join(folder, 'error.json'), error);
}

export function readError(folder: string): RunError | undefined {
  const path = join(folder, 'error.json');
  return existsSync(path) ? readJson(path, runErrorSchema) : undefined;
}

/** Adds a line to `artifacts.jsonl`; the file must already be at `artifact.path` in the run folder. */
export function appendArtifact(folder: string, artifact: Artifact): void {
  const checked = artifactSchema.parse(artifact);
  if (!existsSync(join(folder, checked.path))) {
    throw new StudioError(`${join(folder, checked.path)} is missing: write the artifact before listing it.`);
  }
  const file = new LineAppender(join(folder, 'artifacts.jsonl'));
  try {
    file.append(`${JSON.stringify(checked)}\n`);
    file.sync();
  } finally {
    file.close();
  }
}

/** In the order they were made; of two with one path the later counts. Lines that cannot be read are skipped. */
export function readArtifacts(folder: string): Artifact[] {
  const path = join(folder, 'artifacts.jsonl');
  if (!existsSync(path)) return [];
  const artifacts = new Map<string, Artifact>();
  for (const { text } of readLines(path)) {
    const artifact = parseArtifact(text);
    if (artifact === undefined) continue;
    artifacts.delete(artifact.path);
    artifacts.set(artifact.path, artifact);
  }
  return [...artifacts.values()];
}

function parseArtifact(text: string): Artifact | undefined {
  try {
    return artifactSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function logFile(folder: string): string {
  return join(folder, 'log.txt');
}

export function appendLog(folder: string, level: string, text: string): void {
  appendFileSync(logFile(folder), `${new Date().toISOString()} ${level}: ${text}\n`);
}

/** Removes what a killed trainer left half-written beside the checkpoints; only while no trainer runs in the folder. */
export async function sweepRunFolder(folder: string): Promise<void> {
  sweepTemporaryFiles(folder);
  await sweepCheckpoints(folder);
}
