import type { RunDescription } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import { Dataset } from '../datasets/dataset';
import { datasetFolder } from './home';

/** Opens the dataset that a run uses in a role, and checks that it still holds what it did when the run was made. */
export async function openRunDataset(home: string, run: RunDescription, role: string): Promise<Dataset> {
  const reference = run.datasets.find((candidate) => candidate.role === role);
  if (!reference) throw new StudioError(`Run ${run.id} names no ${role} dataset: create the run again.`);
  const dataset = await Dataset.open(datasetFolder(home, reference.id));
  if (reference.contentHash !== dataset.metadata.contentHash) {
    throw new StudioError(
      `Dataset ${reference.id} has changed since run ${run.id} was created, so its results could not be ` +
        'reproduced: start a new run, or restore the dataset.',
    );
  }
  return dataset;
}

/** Throws StudioError unless the dataset was recorded in the given environment. */
export function requireEnvironment(dataset: Dataset, environment: string, what: string): void {
  const { id, environment: recorded } = dataset.metadata;
  if (recorded === environment) return;
  throw new StudioError(
    `Dataset ${id} was recorded in ${recorded}, but ${what} is for ${environment}: choose a dataset of ${environment}.`,
  );
}
