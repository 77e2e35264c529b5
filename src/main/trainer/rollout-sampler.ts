import { randomGenerator } from '../../shared/random';
import type { ActorCriticDefinition } from '../learning/agents/actor-critic';
import { distributionOf } from '../learning/agents/distributions';
import { actorOf } from '../learning/agents/policy';
import { expertWindows, gatherActions, type ExpertWindow } from './expert-latents';
import type { LatentBatch, LatentExperts } from './train-latent-agent';

/** Batches of expert windows and the noise to dream from them, as pure functions of the step. */
export class RolloutSampler {
  private readonly stream: string;
  private readonly definition: ActorCriticDefinition;
  private readonly windows: readonly ExpertWindow[];
  private readonly seed: number;
  private readonly targetUpdateInterval: number;

  /**
   * @param stream of random numbers: the method's name
   * @param targetUpdateInterval steps between copies of the critic into its target
   */
  constructor(
    stream: string,
    definition: ActorCriticDefinition,
    { episodes, seed }: LatentExperts,
    targetUpdateInterval: number,
  ) {
    this.stream = stream;
    this.definition = definition;
    this.windows = expertWindows(episodes, definition.horizon);
    this.seed = seed;
    this.targetUpdateInterval = targetUpdateInterval;
  }

  /** With the inputs that `actorCriticInputs` describes besides, and those that D-GAIL has. */
  sample(step: number): LatentBatch {
    const { architecture, batchSize, horizon } = this.definition;
    const random = randomGenerator(this.seed, this.stream, step);
    const chosen = Array.from(
      { length: batchSize },
      () => this.windows[random.integer(this.windows.length)]!,
    );
    const pairs = (horizon - 1) * batchSize;
    const noise = (perPair: number): Float32Array => random.fillUniform(new Float32Array(pairs * perPair));
    const inputs = {
      expertActions: gatherActions(chosen, horizon - 1),
      priorUniform: noise(architecture.stochasticVariables),
      actionUniform: noise(distributionOf(actorOf(this.definition)).noiseSize),
      interpolation: noise(1),
      updateTarget: Float32Array.of(step > 0 && step % this.targetUpdateInterval === 0 ? 1 : 0),
    };
    return { windows: chosen, length: horizon, inputs };
  }
}
