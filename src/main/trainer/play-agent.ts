import { actionAt, type Action } from '../../shared/actions';
import { randomGenerator } from '../../shared/random';
import type { OpenEnvironments } from '../environments/open';
import { noActions } from '../learning/world-model/actions';
import { elementCount, type Engine, type NamedValues, type Program } from '../tensor/program';
import { agentProgram, type TrainedAgent } from './agent-runs';
import { playSideBySide, type Audience, type Stage } from './play-side-by-side';

/** Where the time of playing went, in milliseconds, and what was played. */
export interface PlayingTimes {
  all: number;
  environments: number;
  /** The compiled step: encoder, posterior and actor. */
  policy: number;
  /** Compiled steps; each of them serves all environments that still play. */
  steps: number;
  /** Steps of all environments together. */
  environmentSteps: number;
}

/** Plays an agent in the true environment, all seeds side by side, one compiled step for all of them: one instance a seed. */
export class AgentPlayer {
  readonly #agent: TrainedAgent;
  readonly #seeds: readonly number[];
  readonly #environments: OpenEnvironments['instances'];
  readonly #program: Program;
  readonly #initial: NamedValues;
  /** Of everything played so far. */
  readonly times: PlayingTimes = { all: 0, environments: 0, policy: 0, steps: 0, environmentSteps: 0 };

  private constructor(
    agent: TrainedAgent,
    environments: OpenEnvironments['instances'],
    seeds: readonly number[],
    program: Program,
    initial: NamedValues,
  ) {
    this.#agent = agent;
    this.#seeds = seeds;
    this.#environments = environments;
    this.#program = program;
    this.#initial = initial;
  }

  static async create(
    engine: Engine,
    agent: TrainedAgent,
    environments: OpenEnvironments['instances'],
    seeds: readonly number[],
  ): Promise<AgentPlayer> {
    const { definition, values } = agentProgram(agent, seeds.length);
    const program = await engine.compile(definition);
    return new AgentPlayer(agent, environments, seeds, program, values);
  }

  /**
   * Returns of one episode for each seed, or undefined where it was called off; actions are sampled.
   * @param policy its parameters at some gradient step
   */
  async play(policy: NamedValues, audience: Audience): Promise<number[] | undefined> {
    const begin = performance.now();
    const count = this.#seeds.length;
    this.#program.writeState({ ...this.#initial, ...policy });
    const { inputs } = this.#program.definition;
    const observations = new Uint8Array(elementCount(inputs['observations']!.shape));
    const [uniformCount, actionUniformCount] = ['uniform', 'actionUniform'].map((name) =>
      elementCount(inputs[name]!.shape),
    );
    const { architecture } = this.#agent;
    let previousActions = noActions(architecture, count);
    const act = async ({ step, frames }: Stage): Promise<Action[]> => {
      frames.forEach((frame, index) => observations.set(frame, index * frame.length));
      const random = randomGenerator(this.#seeds[0]!, 'evaluation', step);
      const programInputs = {
        observations,
        previousActions,
        isFirst: new Float32Array(count).fill(step === 0 ? 1 : 0),
        uniform: random.fillUniform(new Float32Array(uniformCount!)),
        actionUniform: random.fillUniform(new Float32Array(actionUniformCount!)),
      };
      const asked = performance.now();
      const outputs = await this.#program.run(programInputs);
      this.times.policy += performance.now() - asked;
      this.times.steps += 1;
      previousActions = outputs['actions']!.slice();
      return this.#seeds.map((_, index) => actionAt(previousActions, index, architecture.actions));
    };
    const played = await playSideBySide(this.#environments, this.#seeds, act, audience);
    if (!played) return undefined;
    this.times.environmentSteps += played.environmentSteps;
    this.times.environments += played.environmentTime;
    this.times.all += performance.now() - begin;
    return played.returns;
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
