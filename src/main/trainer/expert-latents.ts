import { randomGenerator } from '../../shared/random';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import { episodeBatch } from '../datasets/sequence-batch';
import { featureSize } from '../learning/world-model/architecture';
import { encodeProgram } from '../learning/world-model/encode';
import type { Engine } from '../tensor/program';
import { pick } from './tensors';
import type { TrainedWorldModel } from './world-model-runs';

/** An expert episode in the world model's latent space. */
export interface EncodedEpisode {
  /** Index in the dataset. */
  episode: number;
  length: number;
  /** (h, z) `[length, features]`, one posterior sample per step */
  latents: Float32Array;
  /** `[length]` action taken in that state */
  actions: Int32Array;
}

/** Steps that are encoded at once; the recurrent state goes on from chunk to chunk. */
const CHUNK = 25;

/**
 * Encodes episodes with the posterior, every latent with context from its episode's start. The samples depend on the
 * seed and the episode alone.
 */
export async function encodeEpisodes(
  engine: Engine,
  worldModel: TrainedWorldModel,
  dataset: Dataset,
  episodes: readonly number[],
  seed: number,
  onProgress: (done: number) => void = () => {},
): Promise<EncodedEpisode[]> {
  const program = await engine.compile(encodeProgram(worldModel, 1, CHUNK));
  program.writeState(pick(worldModel.parameters, Object.keys(program.definition.state)));
  const encoded: EncodedEpisode[] = [];
  for (const episode of episodes) {
    encoded.push(await encodeEpisode(episode));
    onProgress(encoded.length);
  }
  await program.dispose();
  return encoded;

  async function encodeEpisode(episode: number): Promise<EncodedEpisode> {
    const { observations, previousActions, isFirst, actions, length } = await episodeBatch(dataset, episode);
    const features = featureSize(worldModel.architecture);
    const variables = worldModel.architecture.stochasticVariables;
    const frame = observations.length / length;
    const random = randomGenerator(seed, 'encode', episode);
    const latents = new Float32Array(length * features);
    for (let start = 0; start < length; start += CHUNK) {
      const count = Math.min(CHUNK, length - start);
      // The last chunk is filled up with blank frames, whose latents are dropped.
      const chunk = {
        observations: new Uint8Array(CHUNK * frame),
        previousActions: new Int32Array(CHUNK).fill(-1),
        isFirst: new Float32Array(CHUNK),
        uniform: random.fillUniform(new Float32Array(CHUNK * variables)),
      };
      chunk.observations.set(observations.subarray(start * frame, (start + count) * frame));
      chunk.previousActions.set(previousActions.subarray(start, start + count));
      chunk.isFirst.set(isFirst.subarray(start, start + count));
      const outputs = await program.run(chunk);
      latents.set((outputs['latents'] as Float32Array).subarray(0, count * features), start * features);
    }
    return { episode, length, latents, actions };
  }
}

/** A stretch of `horizon` consecutive steps of an encoded episode. */
export interface ExpertWindow {
  episode: EncodedEpisode;
  start: number;
}

/** All windows that lie within an episode. Throws StudioError if every episode is too short. */
export function expertWindows(episodes: readonly EncodedEpisode[], horizon: number): ExpertWindow[] {
  const windows = episodes.flatMap((episode) =>
    Array.from({ length: Math.max(0, episode.length - horizon + 1) }, (_, start) => ({ episode, start })),
  );
  if (windows.length > 0) return windows;
  const longest = Math.max(0, ...episodes.map((episode) => episode.length));
  throw new StudioError(
    `No expert episode is as long as the horizon of ${horizon} states (the longest has ${longest} steps): ` +
      'choose a shorter horizon or longer episodes.',
  );
}

/** The windows' latents, time leading: `[horizon, windows, features]`. */
export function gatherLatents(
  windows: readonly ExpertWindow[],
  horizon: number,
  features: number,
): Float32Array {
  const gathered = new Float32Array(horizon * windows.length * features);
  windows.forEach(({ episode, start }, row) => {
    for (let time = 0; time < horizon; time++) {
      const from = (start + time) * features;
      gathered.set(episode.latents.subarray(from, from + features), (time * windows.length + row) * features);
    }
  });
  return gathered;
}

/** The actions that the expert took there, time leading: `[time * windows]`. */
export function gatherActions(windows: readonly ExpertWindow[], time: number): Int32Array {
  const actions = new Int32Array(time * windows.length);
  windows.forEach(({ episode, start }, row) => {
    for (let step = 0; step < time; step++)
      actions[step * windows.length + row] = episode.actions[start + step]!;
  });
  return actions;
}

/** The first `size` elements of every latent of the episodes: `[latents, size]`. */
export function allLatents(
  episodes: readonly EncodedEpisode[],
  features: number,
  size: number,
): Float32Array {
  const count = episodes.reduce((sum, { length }) => sum + length, 0);
  const all = new Float32Array(count * size);
  let row = 0;
  for (const { latents, length } of episodes) {
    for (let step = 0; step < length; step++) {
      all.set(latents.subarray(step * features, step * features + size), row++ * size);
    }
  }
  return all;
}
