import { actionAt, emptyActions, joinActions, type Actions } from '../../shared/actions';
import type { Dream, DreamChoice, DreamRequest } from '../../shared/dreams';
import type { WorkProgress } from '../../shared/dataset-views';
import type { Dataset } from '../datasets/dataset';
import { featureSize } from '../learning/world-model/architecture';
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
  actions: Actions;
  /** Numbers of one action. */
  width: number;
  /** Of the episode. */
  length: number;
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
  const stage: Stage = {
    ...{ dataset, episode: expert.episode, actions: dataset.episodeActions(expert.episode) },
    ...{ width: dataset.actionWidth, length: dataset.episodes[expert.episode]!.length },
  };
  for (const choice of dreams) requireAlignment(choice, expert, stage.length);
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
  { dataset, episode, actions, width: actionWidth }: Stage,
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
    actions: noFilmActions(dataset, rows),
    latentDistance: new Float32Array(rows),
    latents: new Float32Array(rows * width),
    worldModel: usedModel(worldModel),
    agent: agent ? usedModel(agent) : null,
  };
  film.latents.set(seen);
  film.frames.set(await paint(programs, worldModel, seen));
  film.actions.set(actions.subarray(first * actionWidth, (start - 1) * actionWidth));
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
  { dataset, actions, width: actionWidth, length }: Stage,
  { choice, cast, expertLatents, film }: Sleeper,
  made: number,
): Promise<void> {
  const next = choice.start + made;
  const width = featureSize(cast.worldModel.architecture);
  const row = choice.context + made;
  const imagined = await imagine(programs, cast, {
    ...{ step: next - 1, latents: latentsAt(film.latents, row - 1, width), seed: choice.seed },
    action: cast.agent ? null : actionAt(actions, next - 1, actionWidth),
    expertLatents: next < length ? latentsAt(expertLatents, next, width) : undefined,
  });
  film.latents.set(imagined.latents, row * width);
  film.frames.set(imagined.frame, row * dataset.frameBytes);
  film.actions.set(joinActions([imagined.action]), (row - 1) * actionWidth);
  film.latentDistance[row] = imagined.latentDistance;
}

/** No actions at all. */
const noFilmActions = ({ metadata }: Dataset, rows: number): Actions =>
  metadata.actionKind === 'discrete' ? new Int32Array(rows).fill(-1) : emptyActions(metadata, rows).fill(NaN);

const latentsAt = (latents: Float32Array, row: number, width: number): Float32Array =>
  latents.subarray(row * width, (row + 1) * width);

/** L_d = 1 - r of eq. 8, as `dreamStepProgram` computes it in graphs. */
function distance(a: Float32Array, b: Float32Array): number {
  const product = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return 1 - product(a, b) / Math.max(product(a, a), product(b, b), 1e-12);
}
