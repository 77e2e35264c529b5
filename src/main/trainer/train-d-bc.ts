import { dreamBehaviorCloningConfiguration } from '../../shared/configuration/agent';
import { randomGenerator } from '../../shared/random';
import { dreamBehaviorCloningTrainStep } from '../learning/agents/d-bc';
import { initializeParameters } from '../learning/initialization';
import { defineDreamBehaviorCloning } from './agent-definitions';
import { expertWindows, gatherActions } from './expert-latents';
import type { JobContext } from './job-context';
import { methodConfiguration } from './method-configuration';
import { trainLatentAgent } from './train-latent-agent';

/** Clones the expert's actions from the world model's latents. */
export function trainDreamBehaviorCloning(context: JobContext): Promise<Record<string, number> | undefined> {
  const configuration = methodConfiguration(context, dreamBehaviorCloningConfiguration);
  return trainLatentAgent(context, 'd-bc', configuration, ({ worldModel, episodes, seed }) => {
    const { architecture } = worldModel;
    const { batchSize, validationHorizon } = configuration;
    const step = dreamBehaviorCloningTrainStep(defineDreamBehaviorCloning(configuration, architecture));
    // Single states: windows of one step.
    const states = expertWindows(episodes, 1);
    return {
      step,
      initial: { parameters: initializeParameters(step.parameters, seed) },
      batch: (index) => {
        const random = randomGenerator(seed, 'd-bc', index);
        const chosen = Array.from({ length: batchSize }, () => states[random.integer(states.length)]!);
        return { windows: chosen, length: 1, inputs: { expertActions: gatherActions(chosen, 1) } };
      },
      rewardLatent: 'full',
      validationHorizon,
    };
  });
}
