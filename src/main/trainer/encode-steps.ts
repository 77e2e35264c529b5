import { randomGenerator } from '../../shared/random';
import type { Dataset } from '../datasets/dataset';
import { noActions } from '../learning/world-model/actions';
import { featureSize } from '../learning/world-model/architecture';
import { encodeProgram } from '../learning/world-model/encode';
import type { Engine, Program, TensorValues } from '../tensor/program';
import { pick } from './tensors';
import type { TrainedWorldModel } from './world-model-runs';

/** Steps `[from, to)` of an episode. */
export interface EpisodeSteps {
  /** Index in the dataset. */
  readonly episode: number;
  readonly from: number;
  readonly to: number;
}

/** Steps that are encoded at once; the recurrent state goes on from chunk to chunk. */
const CHUNK = 25;

/** Compiles what `encodeSteps` runs. */
export async function compileEncoder(engine: Engine, worldModel: TrainedWorldModel): Promise<Program> {
  const program = await engine.compile(encodeProgram(worldModel, 1, CHUNK));
  program.writeState(pick(worldModel.parameters, Object.keys(program.definition.state)));
  return program;
}

/**
 * Latents `[to - from, h + z]` of each stretch, read by the posterior from a zero state at its `from` on. The noise of
 * a step depends on the seed, the episode and the step alone. Stretches follow each other in one stream of frames, so
 * that short ones fill chunks together; the next chunk is read while one is computed.
 * @param program from `compileEncoder`
 * @param onStretch gets how many stretches are done
 */
export async function encodeSteps(
  program: Program,
  { architecture }: TrainedWorldModel,
  dataset: Dataset,
  stretches: readonly EpisodeSteps[],
  seed: number,
  onStretch: (done: number) => void = () => {},
): Promise<Float32Array[]> {
  const features = featureSize(architecture);
  const latents = stretches.map(({ from, to }) => new Float32Array((to - from) * features));
  const variables = architecture.stochasticVariables;
  let noise: { stretch: number; values: Float32Array } = { stretch: -1, values: new Float32Array() };

  /** `[count, variables]` */
  const noiseOf = ({ stretch, start, count }: Piece): Float32Array => {
    if (noise.stretch !== stretch) {
      const { episode, to } = stretches[stretch]!;
      const values = new Float32Array(to * variables);
      noise = { stretch, values: randomGenerator(seed, 'encode', episode).fillUniform(values) };
    }
    return noise.values.subarray(start * variables, (start + count) * variables);
  };

  const read = async (pieces: readonly Piece[]): Promise<Record<string, TensorValues>> => {
    // The last chunk is filled up with blank frames, whose latents are dropped.
    const chunk = {
      observations: new Uint8Array(CHUNK * dataset.frameBytes),
      previousActions: noActions(architecture, CHUNK),
      isFirst: new Float32Array(CHUNK),
      uniform: new Float32Array(CHUNK * variables),
    };
    const width = dataset.actionWidth;
    for (const piece of pieces) {
      const { stretch, start, count, offset } = piece;
      const { episode, from } = stretches[stretch]!;
      const first = dataset.episodes[episode]!.start + start;
      const actions = dataset.previousActions.subarray(first * width, (first + count) * width);
      chunk.previousActions.set(actions, offset * width);
      if (start === from) chunk.isFirst[offset] = 1;
      chunk.uniform.set(noiseOf(piece), offset * variables);
      await dataset.copyObservations(first, count, chunk.observations, offset * dataset.frameBytes);
    }
    return chunk;
  };

  const chunks = inChunks(stretches);
  let upcoming = chunks.length > 0 ? read(chunks[0]!) : undefined;
  for (const [index, pieces] of chunks.entries()) {
    const running = program.run(await upcoming!);
    if (index + 1 < chunks.length) {
      upcoming = read(chunks[index + 1]!);
      upcoming.catch(() => undefined); // reported when awaited
    }
    const outputs = await running;
    for (const { stretch, start, count, offset } of pieces) {
      const { from, to } = stretches[stretch]!;
      const rows = outputs['latents']!.subarray(offset * features, (offset + count) * features);
      latents[stretch]!.set(rows, (start - from) * features);
      if (start + count === to) onStretch(stretch + 1);
    }
  }
  return latents;
}

/** Consecutive steps of one stretch in one chunk. */
interface Piece {
  /** Index of the stretch. */
  stretch: number;
  /** Step of the episode. */
  start: number;
  count: number;
  /** Where in the chunk. */
  offset: number;
}

function inChunks(stretches: readonly EpisodeSteps[]): Piece[][] {
  const chunks: Piece[][] = [];
  let filled = CHUNK;
  for (const [stretch, { from, to }] of stretches.entries()) {
    for (let start = from; start < to;) {
      if (filled === CHUNK) {
        chunks.push([]);
        filled = 0;
      }
      const count = Math.min(to - start, CHUNK - filled);
      chunks.at(-1)!.push({ stretch, start, count, offset: filled });
      filled += count;
      start += count;
    }
  }
  return chunks;
}
