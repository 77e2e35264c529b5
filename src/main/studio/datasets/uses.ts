import type { DatasetUse } from '../../../shared/dataset-views';
import type { RunRecord } from '../../../shared/runs';
import { StudioError } from '../../../shared/errors';
import type { Registry } from '../../registry/registry';

/**
 * Runs that name a dataset by its content, so that they cannot be resumed or repeated without it as it is, and
 * recordings that have more episodes to add to it.
 */
export function datasetUses(registry: Registry, id: string): DatasetUse[] {
  return registry
    .listRuns()
    .filter((run) => run.datasets.some((reference) => reference.id === id) || recordsInto(run, id))
    .map(({ id: runId, name, kind, state }) => ({ runId, name, kind, status: state.status }));
}

/** Throws StudioError if a recording, other than that of a run, is adding to the dataset at this moment. */
export function requireNoWriter(registry: Registry, id: string, exceptRunId?: string): void {
  const writer = registry
    .listRuns({ kind: 'record', status: 'running' })
    .find((run) => recordsInto(run, id) && run.id !== exceptRunId);
  if (!writer) return;
  throw new StudioError(
    `${writer.name} is recording into dataset "${id}" at the moment: wait for its end or stop it first.`,
  );
}

/** Throws StudioError if changing the dataset would break anything that was made from it. */
export function requireUnused(registry: Registry, id: string): void {
  const uses = datasetUses(registry, id);
  const [first] = uses;
  if (!first) return;
  const others = uses.length === 1 ? '' : ` and ${uses.length - 1} more`;
  throw new StudioError(
    `Dataset "${id}" is needed as it is by ${first.name} (${first.runId})${others}: save the edit as a new dataset.`,
  );
}

function recordsInto({ kind, configuration, state }: RunRecord, id: string): boolean {
  return kind === 'record' && configuration['datasetId'] === id && state.status !== 'finished';
}
