import type { Dream, DreamChoice, DreamRequest } from '../../shared/dreams';
import type { WorkProgress } from '../../shared/dataset-views';
import type { Dataset } from '../datasets/dataset';
import { featureSize } from '../learning/world-model/architecture';
import { episodeActions } from '../trainer/expert-latents';
import { requireAlignment } from './alignment';
import { findCast, usedModel, type Cast } from './cast';
import { imagine } from './imagine';
import type { Library } from './library';
import { paint } from './paint';
import type { Programs } from './programs';

/** Everything that does not change while dreams of one episode are made. */
interface Stage {
  dataset: Dataset;
  episode: number;
  /** The expert's. */
  actions: Int32Array;
}

/** A dream in the making. */
interface Sleeper {
  choice: DreamChoice;
  cast: Cast;
  expertLatents: Float32Array;
  film: Dream;
}

const tellMilliseconds = 100;

/**
 * Dreams beside an expert's episode: context read by the posterior, then the prior alone.
 * @throws StudioError if there is no such episode or run, or they do not go together.
 */
export async function* dreamBeside(
  library: Library,
  programs: Programs,
  { expert, dreams }: DreamRequest,
  signal: AbortSignal,
): AsyncGenerator<WorkProgress<Dream[]>> {
  const dataset = await library.expert(expert);
  const stage: Stage = { dataset, episode: expert.episode, actions: episodeActions(dataset, expert.episode) };
  for (const choice of dreams) requireAlignment(choice, expert, stage.actions.length);
  const sleepers: Sleeper[] = [];
  for (const choice of dreams) sleepers.push(await fallAsleep(library, programs, stage, choice));
  const total = dreams.reduce((sum, { steps }) => sum + steps, 0);
  let done = 0;
  let told = performance.now();
  for (const sleeper of sleepers) {
    for (let step = 0; step < sleeper.choice.steps; step++) {
      if (signal.aborted) return;
      await advance(programs, stage, sleeper, step);
      done++;
      if (performance.now() - told < tellMilliseconds) continue;
      told = performance.now();
      yield { type: 'progress', done, total };
    }
  }
  yield { type: 'done', result: sleepers.map(({ film }) => film) };
}

/** Reads the context. */
async function fallAsleep(
  library: Library,
  programs: Programs,
  { dataset, episode, actions }: Stage,
  choice: DreamChoice,
): Promise<Sleeper> {
  const cast = await findCast(library, choice);
  const { worldModel, agent } = cast;
  const expertLatents = await library.expertLatents(programs, worldModel, dataset, episode);
  const { start, context, steps } = choice;
  const first = start - context;
  const seen = await library.readContext(programs, worldModel, dataset, { episode, from: first, to: start });
  const rows = context + steps;
  const width = featureSize(worldModel.architecture);
  const film: Dream = {
    ...{ first, context },
    frames: new Uint8Array(rows * dataset.frameBytes),
    actions: new Int32Array(rows).fill(-1),
    latentDistance: new Float32Array(rows),
    latents: new Float32Array(rows * width),
    worldModel: usedModel(worldModel),
    agent: agent ? usedModel(agent) : null,
  };
  film.latents.set(seen);
  film.frames.set(await paint(programs, worldModel, seen));
  film.actions.set(actions.subarray(first, start - 1));
  for (let row = 0; row < context; row++) {
    film.latentDistance[row] = distance(
      latentsAt(seen, row, width),
      latentsAt(expertLatents, first + row, width),
    );
  }
  return { choice, cast, expertLatents, film };
}

/** One step further, `made` after the context. */
async function advance(
  programs: Programs,
  { dataset, actions }: Stage,
  { choice, cast, expertLatents, film }: Sleeper,
  made: number,
): Promise<void> {
  const next = choice.start + made;
  const width = featureSize(cast.worldModel.architecture);
  const row = choice.context + made;
  const imagined = await imagine(programs, cast, {
    ...{ step: next - 1, latents: latentsAt(film.latents, row - 1, width), seed: choice.seed },
    action: cast.agent ? null : actions[next - 1]!,
    expertLatents: next < actions.length ? latentsAt(expertLatents, next, width) : undefined,
  });
  film.latents.set(imagined.latents, row * width);
  film.frames.set(imagined.frame, row * dataset.frameBytes);
  film.actions[row - 1] = imagined.action;
  film.latentDistance[row] = imagined.latentDistance;
}

const latentsAt = (latents: Float32Array, row: number, width: number): Float32Array =>
  latents.subarray(row * width, (row + 1) * width);

/** L_d = 1 - r of eq. 8, as `dreamStepProgram` computes it in graphs. */
function distance(a: Float32Array, b: Float32Array): number {
  const product = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return 1 - product(a, b) / Math.max(product(a, a), product(b, b), 1e-12);
}
