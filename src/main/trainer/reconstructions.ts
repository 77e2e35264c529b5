import { reconstructionKinds, type ReconstructionFilm } from '../../shared/reconstruction';
import { randomGenerator } from '../../shared/random';
import type { Dataset } from '../datasets/dataset';
import { readSequences } from '../datasets/sequence-batch';
import { roundToBytes } from '../learning/world-model/images';
import type { WorldModelReader } from '../learning/world-model/encode';
import { reconstructProgram, type ReconstructionSize } from '../learning/world-model/reconstruct';
import type { Engine, NamedValues, Program } from '../tensor/program';
import { sequenceInputs } from './batches';

const SEQUENCES = 4;
const TIME = 20;
/** Steps seen before the open loop, as in the paper's figures of DreamerV2. */
const CONTEXT = 5;

type Inputs = ReturnType<typeof sequenceInputs>;

/** Paints a few sequences of given episodes, always the same with the same noise, so that pictures can be compared. */
export class Reconstructions {
  readonly #program: Program;
  readonly #size: ReconstructionSize;
  readonly #inputs: Inputs;
  readonly #frameShape: ReconstructionFilm['frameShape'];
  readonly #windows: readonly Window[];

  private constructor(
    program: Program,
    size: ReconstructionSize,
    inputs: Inputs,
    frameShape: ReconstructionFilm['frameShape'],
    windows: readonly Window[],
  ) {
    this.#program = program;
    this.#size = size;
    this.#inputs = inputs;
    this.#frameShape = frameShape;
    this.#windows = windows;
  }

  /** Undefined if every episode is too short for anything to be predicted. */
  static async create(
    engine: Engine,
    reader: WorldModelReader,
    dataset: Dataset,
    episodes: readonly number[],
  ): Promise<Reconstructions | undefined> {
    const longest = Math.max(...episodes.map((episode) => dataset.episodes[episode]!.length));
    const time = Math.min(TIME, longest);
    if (time < 2) return undefined;
    const windows = spreadWindows(dataset, episodes, time);
    const rows = windows.map(({ episode, start }) => [
      { start: dataset.episodes[episode]!.start + start, count: time },
    ]);
    const size = { batch: windows.length, time, context: Math.min(CONTEXT, time - 1) };
    const batch = await readSequences(dataset, { rows, startsEpoch: true }, time);
    const variables = reader.architecture.stochasticVariables;
    const inputs = sequenceInputs(batch, { seed: 0, stream: 'reconstruction', step: 0, variables });
    for (const name of ['prior', 'openLoop']) {
      const noise = new Float32Array(time * size.batch * variables);
      inputs[`${name}Uniform`] = randomGenerator(0, `reconstruction/${name}`).fillUniform(noise);
    }
    const program = await engine.compile(reconstructProgram(reader, size));
    return new Reconstructions(program, size, inputs, dataset.metadata.observationShape, windows);
  }

  /** What a world model of these parameters, trained for `step` steps, makes of the sequences. */
  async paint(parameters: NamedValues, step: number): Promise<ReconstructionFilm> {
    this.#program.writeState(parameters);
    const outputs = await this.#program.run(this.#inputs);
    const { batch, time, context } = this.#size;
    const frames = (values: Uint8Array) => sequencesFirst(values, time, batch);
    const kinds = <Value>(make: (values: Float32Array) => Value, suffix: string) =>
      Object.fromEntries(
        reconstructionKinds.map((kind) => [kind, make(outputs[kind + suffix] as Float32Array)]),
      ) as Record<(typeof reconstructionKinds)[number], Value>;
    return {
      ...{ step, sequences: batch, time, context, frameShape: this.#frameShape },
      episodes: Int32Array.from(this.#windows, ({ episode }) => episode),
      starts: Int32Array.from(this.#windows, ({ start }) => start),
      frames: {
        input: frames(this.#inputs['observations'] as Uint8Array),
        ...kinds((images) => frames(roundToBytes(images)), ''),
      },
      errors: kinds((errors) => sequencesFirst(errors, time, batch), 'Error'),
    };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

interface Window {
  /** Index in the dataset. */
  episode: number;
  /** First step within the episode. */
  start: number;
}

/** Up to four windows of `time` steps, evenly spread over all that there are. */
function spreadWindows(dataset: Dataset, episodes: readonly number[], time: number): Window[] {
  const all = episodes.flatMap((episode) => {
    const count = Math.max(0, dataset.episodes[episode]!.length - time + 1);
    return Array.from({ length: count }, (_, start) => ({ episode, start }));
  });
  const count = Math.min(SEQUENCES, all.length);
  return Array.from({ length: count }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)]!);
}

/** `[time, batch, …]` to `[batch, time, …]`. */
function sequencesFirst<Values extends Uint8Array | Float32Array>(
  values: Values,
  time: number,
  batch: number,
): Values {
  const width = values.length / (time * batch);
  const ordered = values.slice() as Values;
  for (let row = 0; row < time * batch; row++) {
    const to = (row % batch) * time + Math.floor(row / batch);
    ordered.set(values.subarray(row * width, (row + 1) * width), to * width);
  }
  return ordered;
}
