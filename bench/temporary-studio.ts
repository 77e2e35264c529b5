import { StudioError } from '../src/shared/errors';
import { Registry } from '../src/main/registry/registry';
import { runJob, type JobOptions } from '../src/main/studio/supervisor';
import { datasetFolder } from '../src/main/trainer/home';
import { recordDataset } from './record-dataset';
import { inTemporaryFolder } from './temporary-folder';

/** The dataset of a temporary studio. */
export const BENCH_DATASET = 'bench';

/** Does the work in a studio with one dataset of so many episodes, which is gone afterwards. */
export function inTemporaryStudio<Result>(
  episodes: number,
  work: (registry: Registry) => Promise<Result>,
): Promise<Result> {
  return inTemporaryFolder(async (home) => {
    const registry = await Registry.open(home);
    try {
      const folder = datasetFolder(home, BENCH_DATASET);
      await recordDataset(folder, episodes);
      await registry.registerDataset(folder);
      return await work(registry);
    } finally {
      registry.close();
    }
  });
}

/** Runs a queued training to its end. Throws StudioError where that is not a good one. */
export async function finishTraining(registry: Registry, id: string, options?: JobOptions): Promise<void> {
  const job = await runJob(registry.home, registry, id, options);
  const state = await job.done;
  if (state.status !== 'finished') throw new StudioError(`The training did not finish: ${state.message}`);
}
