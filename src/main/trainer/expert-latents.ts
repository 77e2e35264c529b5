import type { Actions } from '../../shared/actions';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import type { Engine } from '../tensor/program';
import { compileEncoder, encodeSteps } from './encode-steps';
import type { TrainedWorldModel } from './world-model-runs';

/** An expert episode in the world model's latent space. */
export interface EncodedEpisode {
  /** Index in the dataset. */
  episode: number;
  length: number;
  /** (h, z) `[length, features]`, one posterior sample per step */
  latents: Float32Array;
  /** `[length]`, or `[length, components]`: action taken in that state */
  actions: Actions;
}

/** Encodes episodes with the posterior, every latent with context from its episode's start. */
export async function encodeEpisodes(
  engine: Engine,
  worldModel: TrainedWorldModel,
  dataset: Dataset,
  episodes: readonly number[],
  seed: number,
  onProgress: (done: number) => void = () => {},
): Promise<EncodedEpisode[]> {
  const program = await compileEncoder(engine, worldModel);
  const stretches = episodes.map((episode) => ({ episode, from: 0, to: dataset.episodes[episode]!.length }));
  const latents = await encodeSteps(program, worldModel, dataset, stretches, seed, onProgress);
  await program.dispose();
  return stretches.map(({ episode, to }, index) => ({
    ...{ episode, length: to, latents: latents[index]! },
    actions: dataset.episodeActions(episode),
  }));
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

/** The actions that the expert took there, time leading: `[time * windows]`, or with components last. */
export function gatherActions(windows: readonly ExpertWindow[], time: number): Actions {
  const { actions, length } = windows[0]!.episode;
  const width = actions.length / length;
  const count = time * windows.length * width;
  const gathered = actions instanceof Int32Array ? new Int32Array(count) : new Float32Array(count);
  windows.forEach(({ episode, start }, row) => {
    for (let step = 0; step < time; step++) {
      const from = (start + step) * width;
      const to = (step * windows.length + row) * width;
      // So few numbers are copied sooner than a view of them is made.
      for (let part = 0; part < width; part++) gathered[to + part] = episode.actions[from + part]!;
    }
  });
  return gathered;
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
