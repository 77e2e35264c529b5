import { dreamGailConfiguration } from '../../shared/configuration/agent';
import { initialTarget } from '../learning/agents/actor-critic';
import { dreamGailTrainStep } from '../learning/agents/d-gail';
import { initializeParameters } from '../learning/initialization';
import { recurrentShapes } from '../learning/world-model/architecture';
import { defineDreamGail } from './agent-definitions';
import type { JobContext } from './job-context';
import { methodConfiguration } from './method-configuration';
import { RolloutSampler } from './rollout-sampler';
import { pick } from './tensors';
import { trainLatentAgent } from './train-latent-agent';

/** Trains a policy inside the world model against a discriminator. */
export function trainDreamGail(context: JobContext): Promise<Record<string, number> | undefined> {
  const configuration = methodConfiguration(context, dreamGailConfiguration);
  return trainLatentAgent(context, 'd-gail', configuration, (experts) => {
    const { worldModel, seed } = experts;
    const definition = defineDreamGail(configuration, worldModel.architecture);
    const step = dreamGailTrainStep(definition);
    const parameters = initializeParameters(step.parameters, seed);
    const sampler = new RolloutSampler('d-gail', definition, experts, configuration.targetUpdateInterval);
    return {
      step,
      initial: {
        parameters,
        carried: initialTarget(parameters),
        frozen: pick(worldModel.parameters, Object.keys(recurrentShapes(worldModel.architecture))),
      },
      batch: (index) => sampler.sample(index),
      rewardLatent: 'full',
      validationHorizon: definition.horizon,
    };
  });
}
