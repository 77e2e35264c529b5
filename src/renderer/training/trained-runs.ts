import type { DatasetListItem } from '../../shared/dataset-views';
import type { RunRecord } from '../../shared/runs';

type Known = Pick<DatasetListItem, 'id' | 'environment'>;

/** Where a run's dataset was recorded; undefined where the dataset is gone. */
export const environmentOf = (run: RunRecord, datasets: readonly Known[]): string | undefined =>
  datasets.find(({ id }) => id === run.datasets[0]?.id)?.environment;

/** Has been trained for a while, so that there may be a checkpoint to read. */
const isTrained = ({ state }: RunRecord): boolean => state.status === 'finished' || state.step > 0;

/** World models of an environment, finished ones first; those of an unknown environment are left to the studio to judge. */
export const fittingWorldModels = (
  runs: readonly RunRecord[],
  datasets: readonly Known[],
  environment: string,
): RunRecord[] => fitting(runs, datasets, environment, 'world-model');

/** The same of agents. */
export const fittingAgents = (
  runs: readonly RunRecord[],
  datasets: readonly Known[],
  environment: string,
): RunRecord[] => fitting(runs, datasets, environment, 'agent');

function fitting(
  runs: readonly RunRecord[],
  datasets: readonly Known[],
  environment: string,
  kind: RunRecord['kind'],
): RunRecord[] {
  const found = runs.filter(
    (run) =>
      run.kind === kind && isTrained(run) && (environmentOf(run, datasets) ?? environment) === environment,
  );
  const isFinished = ({ state }: RunRecord): boolean => state.status === 'finished';
  return [...found.filter(isFinished), ...found.filter((run) => !isFinished(run))];
}
