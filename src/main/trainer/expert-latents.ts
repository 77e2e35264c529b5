import type { Actions } from '../../shared/actions';
import { randomGenerator } from '../../shared/random';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import { noActions } from '../learning/world-model/actions';
import { featureSize } from '../learning/world-model/architecture';
import { encodeProgram } from '../learning/world-model/encode';
import type { Engine, Program } from '../tensor/program';
import { pick } from './tensors';
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

/** Steps that are encoded at once; the recurrent state goes on from chunk to chunk. */
const CHUNK = 25;

/** Compiles what `encodeEpisode` runs. */
export async function compileEncoder(engine: Engine, worldModel: TrainedWorldModel): Promise<Program> {
  const program = await engine.compile(encodeProgram(worldModel, 1, CHUNK));
  program.writeState(pick(worldModel.parameters, Object.keys(program.definition.state)));
  return program;
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
  const encoded: EncodedEpisode[] = [];
  for (const episode of episodes) {
    const { length } = dataset.episodes[episode]!;
    const latents = await encodeSteps(program, worldModel, dataset, { episode, from: 0, to: length }, seed);
    encoded.push({ episode, length, latents, actions: dataset.episodeActions(episode) });
    onProgress(encoded.length);
  }
  await program.dispose();
  return encoded;
}

/**
 * Latents `[to - from, h + z]` of some steps of an episode, read by the posterior from a zero state at `from` on. The
 * noise of a step depends on the seed, the episode and the step alone.
 * @param program from `compileEncoder`
 */
export async function encodeSteps(
  program: Program,
  { architecture }: TrainedWorldModel,
  dataset: Dataset,
  { episode, from, to }: { episode: number; from: number; to: number },
  seed: number,
): Promise<Float32Array> {
  const features = featureSize(architecture);
  const variables = architecture.stochasticVariables;
  const random = randomGenerator(seed, 'encode', episode);
  const noise = random.fillUniform(new Float32Array((to + CHUNK) * variables));
  const latents = new Float32Array((to - from) * features);
  for (let start = from; start < to; start += CHUNK) {
    const count = Math.min(CHUNK, to - start);
    const first = dataset.episodes[episode]!.start + start;
    // The last chunk is filled up with blank frames, whose latents are dropped.
    const chunk = {
      observations: new Uint8Array(CHUNK * dataset.frameBytes),
      previousActions: noActions(architecture, CHUNK),
      isFirst: new Float32Array(CHUNK),
      uniform: noise.subarray(start * variables, (start + CHUNK) * variables),
    };
    await dataset.copyObservations(first, count, chunk.observations);
    chunk.previousActions.set(
      dataset.previousActions.subarray(first * dataset.actionWidth, (first + count) * dataset.actionWidth),
    );
    if (start === from) chunk.isFirst[0] = 1;
    const outputs = await program.run(chunk);
    latents.set(
      (outputs['latents'] as Float32Array).subarray(0, count * features),
      (start - from) * features,
    );
  }
  return latents;
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
      gathered.set(episode.actions.subarray(from, from + width), (step * windows.length + row) * width);
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
