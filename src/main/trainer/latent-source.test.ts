import { expect, test } from 'vitest';
import { dittoTrainStep } from '../learning/agents/ditto';
import { nanoActorCritic, nanoDynamics, nanoLatents, rolloutInputs } from '../learning/testing/rollouts';
import { initializeParameters } from '../learning/initialization';
import { initialTarget } from '../learning/agents/actor-critic';
import { featureSize } from '../learning/world-model/architecture';
import { onnxRuntimeEngine } from '../tensor/onnxruntime-engine';
import { TrainStep } from '../tensor/train-step';
import { expertWindows, type EncodedEpisode } from './expert-latents';
import { LatentSource } from './latent-source';

const ditto = dittoTrainStep({
  ...nanoActorCritic,
  rewardMeasure: 'max-cosine',
  rewardMatch: 'same-step',
  rewardLatent: 'full',
  expertLatentCount: 0,
});
const { horizon, batchSize, architecture } = nanoActorCritic;
const features = featureSize(architecture);

const episodes = [6, 4, 9].map((length, episode): EncodedEpisode => {
  const latents = nanoLatents(length, episode);
  return { episode, length, latents, actions: new Int32Array(length) };
});
const windows = expertWindows(episodes, horizon)
  .filter((_, index) => index % 3 === 0)
  .slice(0, batchSize);

test('rows of the table are the windows’ steps, time leading', () => {
  const source = new LatentSource(episodes, features);
  const chosen = [
    { episode: episodes[2]!, start: 1 },
    { episode: episodes[0]!, start: 2 },
  ];
  expect(source.inputs(chosen, 3)).toEqual({ expertRows: Int32Array.of(11, 2, 12, 3, 13, 4) });
});

test('a step learns the same from the table as from latents that are sent, which it does where the table is too large', async () => {
  const parameters = initializeParameters(ditto.parameters, 0);
  const { expertLatents: _, ...noise } = rolloutInputs(nanoActorCritic, 0);
  const numbers = episodes.reduce((sum, { latents }) => sum + latents.length, 0);
  const [fromTable, sent] = await Promise.all(
    [numbers, numbers - 1].map(async (largestTable) => {
      const source = new LatentSource(episodes, features, largestTable);
      const inputs = source.inputs(windows, horizon);
      const step = await TrainStep.compile(onnxRuntimeEngine(), source.read(ditto), {
        ...{ parameters, carried: initialTarget(parameters) },
        frozen: { ...nanoDynamics, ...source.frozen() },
      });
      const outputs = await step.run({ ...inputs, ...noise });
      const learned = await step.parameters();
      await step.dispose();
      return { names: Object.keys(inputs), outputs, learned };
    }),
  );
  expect([fromTable!.names, sent!.names]).toEqual([['expertRows'], ['expertLatents']]);
  expect(fromTable!.outputs).toEqual(sent!.outputs);
  expect(fromTable!.learned).toEqual(sent!.learned);
});
