import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Episode } from '../../../shared/datasets';
import { randomGenerator } from '../../../shared/random';
import type { DatasetDescription } from '../create-dataset';
import { Dataset } from '../dataset';
import { DatasetWriter } from '../dataset-writer';

/** `[height, width, channels]` of the synthetic observations. */
export const SHAPE = [2, 3, 1] as const;

export function syntheticDescription(changes: Partial<DatasetDescription> = {}): DatasetDescription {
  return {
    name: 'synthetic',
    environment: 'counter',
    observationShape: SHAPE,
    actionNames: Array.from({ length: 300 }, (_, index) => `action ${index}`),
    recording: { policy: 'expert', noise: 0, seed: 7 },
    ...changes,
  };
}

/**
 * Episode `index`, whose data tells where it belongs: pixel 0 is the episode, pixels 1 and 2 the step t (low, high
 * byte), the others noise; the action at t is t.
 */
export function syntheticEpisode(index: number, length: number): Episode {
  const frame = SHAPE[0] * SHAPE[1] * SHAPE[2];
  const random = randomGenerator(1, 'pixels', index);
  const observations = Uint8Array.from({ length: length * frame }, () => random.integer(256));
  for (let t = 0; t < length; t++) observations.set([index, t & 255, t >>> 8], t * frame);
  return {
    observations,
    actions: Int32Array.from({ length }, (_, t) => t),
    rewards: Float32Array.from({ length }, () => random.normal()),
    terminated: index % 2 === 0,
    truncated: index % 2 === 1,
  };
}

/** Two components a step: t / 100, and minus the episode over 10. */
const CONTINUOUS = { actionKind: 'continuous', actionNames: ['time', 'episode'] } as const;

/** `syntheticEpisode` with continuous actions. */
export function continuousEpisode(index: number, length: number): Episode {
  const actions = Float32Array.from({ length: 2 * length }, (_, i) => (i % 2 === 0 ? i / 200 : -index / 10));
  return { ...syntheticEpisode(index, length), actions };
}

/** Records continuous episodes 0, 1, … of the given lengths. */
export async function recordContinuous(folder: string, lengths: readonly number[]): Promise<Dataset> {
  const writer = await DatasetWriter.create(folder, syntheticDescription(CONTINUOUS), { chunkBytes: 60 });
  for (const [index, length] of lengths.entries()) await writer.append(continuousEpisode(index, length));
  await writer.close();
  return Dataset.open(folder);
}

/** A length between 1 and 40 that differs from episode to episode. */
export function syntheticLength(index: number): number {
  return 1 + randomGenerator(2, 'lengths', index).integer(40);
}

/** Records episodes 0, 1, … of the given lengths. */
export async function recordSynthetic(
  folder: string,
  lengths: readonly number[],
  options: { chunkBytes?: number } = {},
): Promise<Dataset> {
  const writer = await DatasetWriter.create(folder, syntheticDescription(), options);
  for (const [index, length] of lengths.entries()) await writer.append(syntheticEpisode(index, length));
  await writer.close();
  return Dataset.open(folder);
}

/** Runs `use` with a temporary folder that is gone afterwards. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ditto-datasets-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
