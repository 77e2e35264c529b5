import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../trainer/test-support';
import { Dataset } from '../../datasets/dataset';
import { datasetFolder } from '../../trainer/home';
import { Studio } from '../studio';
import { recordDataset } from '../testing/studio';
import { datasetsHandlers } from './datasets';

test.each(['pursuit', 'bipedal-walker'])('the tracks of %s are those of the episode', async (environment) => {
  const studio = await Studio.open(temporaryFolder());
  onTestFinished(() => studio.close());
  await recordDataset(studio.registry, environment, 'random', 2);
  const tracks = await datasetsHandlers(studio).tracks({ id: environment, episode: 1 });
  const dataset = await Dataset.open(datasetFolder(studio.registry.home, environment));
  const { observations: _, ...expected } = await dataset.episode(1);
  expect(tracks).toEqual(expected);
});
