import { actionAt } from '../../shared/actions';
import { randomGenerator } from '../../shared/random';
import type { OpenEnvironments } from '../environments/open';
import { noActions } from '../learning/world-model/actions';
import { elementCount, type Engine, type NamedValues, type Program } from '../tensor/program';
import { agentProgram, type TrainedAgent } from './agent-runs';

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

  /** Returns of one episode for each seed; actions are sampled. @param policy its parameters at some gradient step */
  async play(policy: NamedValues): Promise<number[]> {
    const begin = performance.now();
    const count = this.#seeds.length;
    this.#program.writeState({ ...this.#initial, ...policy });
    const frames = await Promise.all(
      this.#environments.map(async (environment, index) => environment.reset(this.#seeds[index]!)),
    );
    const observations = new Uint8Array(count * frames[0]!.length);
    const returns = new Array<number>(count).fill(0);
    const playing = new Array<boolean>(count).fill(true);
    const { inputs } = this.#program.definition;
    const [uniformCount, actionUniformCount] = ['uniform', 'actionUniform'].map((name) =>
      elementCount(inputs[name]!.shape),
    );
    const { architecture } = this.#agent;
    let previousActions = noActions(architecture, count);
    for (let step = 0; playing.includes(true); step++) {
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
      const answered = performance.now();
      previousActions = outputs['actions']!.slice();
      const played = this.#environments.map(async (environment, index) => {
        if (!playing[index]) return;
        const action = actionAt(previousActions, index, architecture.actions);
        const { observation, reward, terminated, truncated } = await environment.step(action);
        frames[index] = observation;
        returns[index]! += reward;
        playing[index] = !terminated && !truncated;
        this.times.environmentSteps += 1;
      });
      await Promise.all(played);
      this.times.steps += 1;
      this.times.policy += answered - asked;
      this.times.environments += performance.now() - answered;
    }
    this.times.all += performance.now() - begin;
    return returns;
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
