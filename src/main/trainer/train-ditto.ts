import { dittoConfiguration } from '../../shared/configuration/agent';
import { initialTarget } from '../learning/agents/actor-critic';
import { comparedSize, dittoTrainStep, expertLatentShapes } from '../learning/agents/ditto';
import { initializeParameters } from '../learning/initialization';
import { featureSize, recurrentShapes } from '../learning/world-model/architecture';
import { defineDitto } from './agent-definitions';
import { allLatents } from './expert-latents';
import type { JobContext } from './job-context';
import { methodConfiguration } from './method-configuration';
import { RolloutSampler } from './rollout-sampler';
import { pick } from './tensors';
import { trainLatentAgent } from './train-latent-agent';

/** Trains a policy inside the world model to stay close to the expert's latents. */
export function trainDitto(context: JobContext): Promise<Record<string, number> | undefined> {
  const configuration = methodConfiguration(context, dittoConfiguration);
  return trainLatentAgent(context, 'ditto', configuration, (experts) => {
    const { worldModel, episodes, seed } = experts;
    const { architecture } = worldModel;
    const count = episodes.reduce((sum, { length }) => sum + length, 0);
    const definition = defineDitto(configuration, architecture, count);
    const step = dittoTrainStep(definition);
    const parameters = initializeParameters(step.parameters, seed);
    // D_E of eq. 7, where the reward looks at it.
    const expertLatents = Object.keys(expertLatentShapes(definition)).map(
      (name) => [name, allLatents(episodes, featureSize(architecture), comparedSize(definition))] as const,
    );
    const sampler = new RolloutSampler('ditto', definition, experts, configuration.targetUpdateInterval);
    return {
      step,
      initial: {
        parameters,
        carried: initialTarget(parameters),
        frozen: {
          ...pick(worldModel.parameters, Object.keys(recurrentShapes(architecture))),
          ...Object.fromEntries(expertLatents),
        },
      },
      batch: (index) => sampler.sample(index),
      rewardLatent: definition.rewardLatent,
      validationHorizon: definition.horizon,
    };
  });
}
