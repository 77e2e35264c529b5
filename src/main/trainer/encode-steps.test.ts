import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfiguration } from '../../shared/configuration/field';
import { findPreset } from '../../shared/configuration/presets';
import { worldModelConfiguration } from '../../shared/configuration/world-model';
import { Dataset } from '../datasets/dataset';
import { DatasetWriter } from '../datasets/dataset-writer';
import { createEnvironment, createPolicy } from '../environments';
import { initializeParameters } from '../learning/initialization';
import { featureSize, worldModelShapes } from '../learning/world-model/architecture';
import { selectEngine } from '../tensor/engines';
import { compileEncoder, encodeSteps, type EpisodeSteps } from './encode-steps';
import { playEpisode } from './record';
import { temporaryFolder } from './test-support';
import { defineWorldModel } from './world-model-definition';

async function recordEpisodes(count: number): Promise<Dataset> {
  const folder = join(temporaryFolder(), 'dataset');
  const environment = createEnvironment('balance');
  const policy = createPolicy(environment, 'random', { noise: 0 });
  const { observationShape, actions } = environment.specification;
  const writer = await DatasetWriter.create(folder, {
    name: 'test',
    environment: 'balance',
    observationShape,
    actionNames: actions,
    recording: { policy: 'random', noise: 0, seed: 0 },
  });
  for (let seed = 0; seed < count; seed++) await writer.append(await playEpisode(environment, policy, seed));
  await writer.close();
  return Dataset.open(folder);
}

async function untrained(dataset: Dataset) {
  const configuration = parseConfiguration(worldModelConfiguration, findPreset('nano').worldModel);
  const { architecture, pixels } = defineWorldModel(configuration, dataset.metadata);
  const parameters = initializeParameters(worldModelShapes(architecture), 0);
  const worldModel = {
    ...{ runId: 'test', environment: 'balance', checkpointStep: 0, architecture, pixels, parameters },
  };
  return { worldModel, program: await compileEncoder(await selectEngine('onnxruntime:cpu'), worldModel) };
}

test('stretches that share chunks have the latents that each has alone', async () => {
  const dataset = await recordEpisodes(4);
  const { worldModel, program } = await untrained(dataset);
  const encode = (stretches: readonly EpisodeSteps[], onStretch?: (done: number) => void) =>
    encodeSteps(program, worldModel, dataset, stretches, 3, onStretch);
  const whole = dataset.episodes.map(({ length }, episode) => ({ episode, from: 0, to: length }));
  // A random balancer falls soon: most chunks hold the end of one episode and the start of the next.
  const stretches = [...whole, { episode: 1, from: 3, to: 9 }, { episode: 0, from: 2, to: 4 }];

  const done: number[] = [];
  const together = await encode(stretches, (count) => done.push(count));
  expect(done).toEqual([1, 2, 3, 4, 5, 6]);
  const features = featureSize(worldModel.architecture);
  for (const [index, stretch] of stretches.entries()) {
    const [alone] = await encode([stretch]);
    expect(together[index]).toHaveLength((stretch.to - stretch.from) * features);
    const differences = together[index]!.map((value, element) => Math.abs(value - alone![element]!));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
  }
  // The recurrent state is that of the stretch: from its middle on, an episode reads differently.
  expect(together[4]).not.toEqual(together[1]!.slice(3 * features, 9 * features));
  expect(await encode([])).toEqual([]);
  await program.dispose();
});
