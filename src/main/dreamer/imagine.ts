import { actionAt, joinActions, type Action } from '../../shared/actions';
import { randomGenerator } from '../../shared/random';
import { distributionOf } from '../learning/agents/distributions';
import { actorOf } from '../learning/agents/policy';
import { noActions } from '../learning/world-model/actions';
import { featureSize } from '../learning/world-model/architecture';
import { roundToBytes } from '../learning/world-model/images';
import type { Cast } from './cast';
import { stepper, type Programs } from './programs';

/** A dream at one of its steps. */
export interface DreamState {
  /** Environment step. */
  step: number;
  /** (h, z) `[features]` */
  latents: Float32Array;
  /** What happens next; null leaves it to the agent. */
  action: Action | null;
  seed: number;
  /** The expert's latents of the next step; undefined where the expert's episode has ended. */
  expertLatents: Float32Array | undefined;
}

export interface ImaginedStep {
  action: Action;
  latents: Float32Array;
  /** `[height, width, channels]` */
  frame: Uint8Array;
  latentDistance: number;
}

/**
 * Takes a dream a step further. What is drawn for a step depends on the seed and the environment step alone: a dream
 * that is interrupted goes on as if it had not been.
 */
export async function imagine(
  programs: Programs,
  { worldModel, agent }: Cast,
  { step, latents, action, seed, expertLatents }: DreamState,
): Promise<ImaginedStep> {
  const { architecture } = worldModel;
  const random = randomGenerator(seed, 'dream', step);
  const inputs = {
    latents,
    givenActions: action === null ? noActions(architecture, 1) : joinActions([action]),
    isGiven: Float32Array.of(action === null ? 0 : 1),
    actionUniform: random.fillUniform(new Float32Array(agent ? distributionOf(actorOf(agent)).noiseSize : 1)),
    priorUniform: random.fillUniform(new Float32Array(architecture.stochasticVariables)),
    expertLatents: expertLatents ?? new Float32Array(featureSize(architecture)),
  };
  const outputs = await programs.use(stepper(worldModel, agent), (program) => program.run(inputs));
  return {
    action: actionAt(outputs['actions']!, 0, architecture.actions),
    latents: outputs['latents'] as Float32Array,
    frame: roundToBytes(outputs['images'] as Float32Array),
    latentDistance: expertLatents ? outputs['latentDistance']![0]! : NaN,
  };
}
