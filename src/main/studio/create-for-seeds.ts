import type { TrainingRequest } from '../../shared/contract/training';
import type { RunDescription } from '../../shared/runs';
import type { Registry } from '../registry/registry';
import { createAgentRun } from './create-agent-run';
import { createWorldModelRun } from './create-world-model-run';
import { removeRun } from './remove-run';

/**
 * Queued trainings that differ in their seeds alone. Throws StudioError, and makes none, if one could not run.
 * @param name of the runs; with several seeds, each has its seed after it
 */
export async function createForSeeds(
  registry: Registry,
  training: TrainingRequest,
  seeds: readonly number[],
  name?: string,
): Promise<RunDescription[]> {
  const runs: RunDescription[] = [];
  try {
    for (const seed of new Set(seeds)) {
      const named = name !== undefined && seeds.length > 1 ? `${name}, seed ${seed}` : name;
      const request = { ...training, name: named, settings: { ...training.settings, seed } };
      const run =
        request.kind === 'world-model'
          ? await createWorldModelRun(registry, request)
          : await createAgentRun(registry, request);
      runs.push(run);
    }
    return runs;
  } catch (error) {
    for (const { id } of runs) await removeRun(registry, id);
    throw error;
  }
}
