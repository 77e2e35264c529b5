import { randomGenerator } from '../../shared/random';
import type { Dataset } from '../datasets/dataset';
import { heldOutProgram, type HeldOutDefinition } from '../learning/agents/held-out';
import { featureSize } from '../learning/world-model/architecture';
import { elementCount, type Engine, type NamedValues, type Program } from '../tensor/program';
import {
  expertWindows,
  gatherActions,
  gatherLatents,
  type EncodedEpisode,
  type ExpertWindow,
} from './expert-latents';

export interface HeldOutMeasures {
  /** L_d, mean over the windows and their imagined steps */
  latentDistance: number;
  /** Of discrete actions. */
  actionAccuracy?: number;
  /** Of continuous ones. */
  actionError?: number;
  negativeLogLikelihood: number;
}

/** Measures policies of one definition on held-out expert episodes, always on the same windows with the same noise. */
export class HeldOutMeasurement {
  readonly definition: HeldOutDefinition;
  private readonly program: Program;
  private readonly windows: readonly ExpertWindow[];
  private readonly frames: Uint8Array;

  private constructor(
    definition: HeldOutDefinition,
    program: Program,
    windows: readonly ExpertWindow[],
    frames: Uint8Array,
  ) {
    this.definition = definition;
    this.program = program;
    this.windows = windows;
    this.frames = frames;
  }

  static async create(
    engine: Engine,
    definition: Omit<HeldOutDefinition, 'batchSize'>,
    worldModel: NamedValues,
    dataset: Dataset,
    episodes: readonly EncodedEpisode[],
    windowCount: number,
  ): Promise<HeldOutMeasurement> {
    const all = expertWindows(episodes, definition.horizon);
    // Evenly spread over everything there is.
    const count = Math.min(windowCount, all.length);
    const windows = Array.from(
      { length: count },
      (_, index) => all[Math.floor((index * all.length) / count)]!,
    );
    const complete = { ...definition, batchSize: count };
    const program = await engine.compile(heldOutProgram(complete));
    program.writeState(worldModel);
    const frames = await gatherFrames(dataset, windows, definition.horizon);
    return new HeldOutMeasurement(complete, program, windows, frames);
  }

  async measure(policy: NamedValues): Promise<HeldOutMeasures> {
    const own = Object.entries(policy).filter(([name]) => `policy/${name}` in this.program.definition.state);
    this.program.writeState(Object.fromEntries(own.map(([name, value]) => [`policy/${name}`, value])));
    const { architecture, horizon } = this.definition;
    const count = this.windows.length;
    const random = randomGenerator(0, 'held-out');
    const outputs = await this.program.run({
      expertLatents: gatherLatents(this.windows, horizon, featureSize(architecture)),
      expertActions: gatherActions(this.windows, horizon),
      expertFrames: this.frames,
      priorUniform: random.fillUniform(
        new Float32Array((horizon - 1) * count * architecture.stochasticVariables),
      ),
      actionUniform: random.fillUniform(
        new Float32Array(elementCount(this.program.definition.inputs['actionUniform']!.shape)),
      ),
    });
    const distances = outputs['latentDistance'] as Float32Array;
    return {
      latentDistance: distances.reduce((sum, distance) => sum + distance, 0) / distances.length,
      ...agreementOf(outputs),
    };
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }
}

/** What `agreement` put out. */
function agreementOf(outputs: Record<string, ArrayLike<number>>): Omit<HeldOutMeasures, 'latentDistance'> {
  const { negativeLogLikelihood, actionAccuracy, actionError } = outputs;
  return {
    negativeLogLikelihood: negativeLogLikelihood![0]!,
    ...(actionAccuracy && { actionAccuracy: actionAccuracy[0]! }),
    ...(actionError && { actionError: actionError[0]! }),
  };
}

/** `[horizon * windows, height, width, channels]`, time leading */
async function gatherFrames(
  dataset: Dataset,
  windows: readonly ExpertWindow[],
  horizon: number,
): Promise<Uint8Array> {
  const { frameBytes } = dataset;
  const frames = new Uint8Array(horizon * windows.length * frameBytes);
  for (const [row, { episode, start }] of windows.entries()) {
    const first = dataset.episodes[episode.episode]!.start + start;
    for (let time = 0; time < horizon; time++) {
      await dataset.copyObservations(first + time, 1, frames, (time * windows.length + row) * frameBytes);
    }
  }
  return frames;
}
