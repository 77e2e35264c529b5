import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import { maxCosine } from '../rewards';
import { actionInput, actionOutput, actionVectors } from '../world-model/actions';
import { featureSize, worldModelShapes } from '../world-model/architecture';
import { dream, splitFeatures } from '../world-model/dream';
import type { WorldModelReader } from '../world-model/encode';
import { decodeImages, greyLevels } from '../world-model/images';
import { distributionOf } from './distributions';
import { dreamingPolicyHead, dreamingPolicyState, type DreamingPolicy } from './held-out';
import { actorOf } from './policy';

export interface DreamStepDefinition extends WorldModelReader {
  /** Who acts where no action is given; left out, every action has to be given. */
  policy?: DreamingPolicy | undefined;
  /** Dreams side by side. */
  batch: number;
}

/**
 * One step of dreams that somebody watches or steers: an action, the world model's prior, a picture. Nothing is kept
 * between steps but parameters, so one program serves any dreams and any takeover.
 *
 * Inputs: `latents` s_t `[batch, h + z]`; `givenActions` as `actionInput` says, and `isGiven` `[batch, 1]`, 0 where the
 * policy decides; `actionUniform` `[batch, 1]` and `priorUniform` `[batch, variables]`; `expertLatents` `[batch, h + z]` of step t + 1. Outputs:
 * `actions` a_t; `latents` s_{t+1}; its `images` `[batch, 64, 64, channels]` in grey levels; and
 * `latentDistance` `[batch]`, L_d = 1 - r of eq. 8. State: the world model's parameters and, under `policy/`, the policy's.
 */
export function dreamStepProgram(definition: DreamStepDefinition): ProgramDefinition {
  const { architecture, pixels, policy, batch } = definition;
  const noiseSize = policy ? distributionOf(actorOf({ ...policy, architecture })).noiseSize : 1;
  const latents = { shape: [batch, featureSize(architecture)], type: 'float32' } as const;
  return {
    name: 'dream-step',
    state: {
      ...worldModelShapes(architecture),
      ...(policy && dreamingPolicyState({ ...policy, architecture })),
    },
    inputs: {
      latents,
      givenActions: actionInput(architecture, batch),
      isGiven: { shape: [batch, 1], type: 'float32' },
      actionUniform: { shape: [batch, noiseSize], type: 'float32' },
      priorUniform: { shape: [batch, architecture.stochasticVariables], type: 'float32' },
      expertLatents: latents,
    },
    step: (state, inputs) => {
      const start = splitFeatures(architecture, inputs['latents']!);
      const act = (now: tf.Tensor2D): tf.Tensor2D => chosenActions(definition, state, now, inputs);
      const { states, actions } = dream(state, architecture, start, act, [inputs['priorUniform']!]);
      const next = states[1]!;
      return {
        outputs: {
          actions: actionOutput(architecture, actions[0]!),
          latents: next,
          images: greyLevels(decodeImages(state, next), pixels),
          latentDistance: tf.sub(1, maxCosine(inputs['expertLatents'] as tf.Tensor2D, next)),
        },
      };
    },
  };
}

/** `[batch, actions]`: the given action where there is one, else the policy's. */
function chosenActions(
  { architecture, policy }: DreamStepDefinition,
  state: NamedTensors,
  latents: tf.Tensor2D,
  inputs: NamedTensors,
): tf.Tensor2D {
  const given = actionVectors(architecture, inputs['givenActions']!);
  if (!policy) return given;
  const isGiven = inputs['isGiven']!;
  const own = distributionOf(actorOf({ ...policy, architecture })).sample(
    dreamingPolicyHead(policy, state, latents),
    inputs['actionUniform'] as tf.Tensor2D,
  );
  return tf.add(tf.mul(isGiven, given), tf.mul(tf.sub(1, isGiven), own));
}
