import { dreamStepProgram } from '../learning/agents/dream-step';
import { decodeProgram } from '../learning/world-model/encode';
import { elementCount, type Engine, type Program } from '../tensor/program';
import type { TrainedAgent } from '../trainer/agent-runs';
import { compileEncoder } from '../trainer/encode-steps';
import { pick } from '../trainer/tensors';
import type { TrainedWorldModel } from '../trainer/world-model-runs';
import { RecentlyUsed } from './recently-used';

/** What is to be compiled, and a name for it. */
export interface Recipe {
  key: string;
  compile(engine: Engine): Promise<Program>;
}

/** Rows that are painted at once. */
export const PAINTED_ROWS = 25;

/** What a session takes beside the parameters, roughly. */
const sessionBytes = 8 * 2 ** 20;

/** Compiled programs, kept while they are used. */
export class Programs {
  readonly #engine: Engine;
  readonly #programs: RecentlyUsed<Program>;

  constructor(engine: Engine, capacityBytes: number) {
    this.#engine = engine;
    this.#programs = new RecentlyUsed<Program>({
      capacityBytes,
      sizeOf: programBytes,
      dispose: (program) => program.dispose(),
    });
  }

  /** Works with a program; works with the same one take turns. */
  use<Result>({ key, compile }: Recipe, work: (program: Program) => Promise<Result>): Promise<Result> {
    return this.#programs.use(key, () => compile(this.#engine), work);
  }
}

/** A name for the parameters of a trained model. */
export const modelKey = ({ runId, checkpointStep }: { runId: string; checkpointStep: number }): string =>
  `${runId}@${checkpointStep}`;

const programBytes = ({ definition }: Program): number =>
  sessionBytes + 4 * Object.values(definition.state).reduce((sum, shape) => sum + elementCount(shape), 0);

export const encoder = (worldModel: TrainedWorldModel): Recipe => ({
  key: `encode ${modelKey(worldModel)}`,
  compile: (engine) => compileEncoder(engine, worldModel),
});

export const painter = (worldModel: TrainedWorldModel): Recipe => ({
  key: `paint ${modelKey(worldModel)}`,
  compile: async (engine) => {
    const program = await engine.compile(decodeProgram(worldModel, PAINTED_ROWS));
    program.writeState(pick(worldModel.parameters, Object.keys(program.definition.state)));
    return program;
  },
});

/** Dreams go one by one: side by side, sums of products would be rounded otherwise, and a seed be another dream. */
export const stepper = (worldModel: TrainedWorldModel, agent: TrainedAgent | undefined): Recipe => ({
  key: `step ${modelKey(worldModel)} ${agent ? modelKey(agent) : ''}`,
  compile: async (engine) => {
    const { architecture, pixels } = worldModel;
    const program = await engine.compile(dreamStepProgram({ architecture, pixels, policy: agent, batch: 1 }));
    const policy = Object.entries(agent?.parameters ?? {});
    program.writeState({
      ...worldModel.parameters,
      ...Object.fromEntries(policy.map(([name, values]) => [`policy/${name}`, values])),
    });
    return program;
  },
});
