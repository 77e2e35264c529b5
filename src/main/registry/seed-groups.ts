import { createHash } from 'node:crypto';
import type { RunRecord } from '../../shared/runs';

/**
 * Runs that would be the same but for their seeds, in the order of their first ones: equal configurations, datasets by
 * content, and parents that would be the same but for their seeds in turn.
 * @param find a parent's run; undefined where it is gone
 */
export function groupBySeed(
  runs: readonly RunRecord[],
  find: (runId: string) => RunRecord | undefined,
): RunRecord[][] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = seedlessKey(run, find);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

function seedlessKey(
  { kind, configuration, datasets, parents }: RunRecord,
  find: (runId: string) => RunRecord | undefined,
): string {
  const made = {
    kind,
    configuration,
    datasets: datasets.map(({ role, contentHash }) => ({ role, contentHash })),
    parents: parents.map(({ role, runId, checkpointStep }) => {
      const parent = find(runId);
      // Of a parent that is gone nobody knows what it would equal.
      return { role, checkpointStep, key: parent ? seedlessKey(parent, find) : runId };
    }),
  };
  return createHash('sha256').update(JSON.stringify(made, seedless)).digest('hex');
}

/** For JSON.stringify: leaves out seeds, and puts the fields of objects in one order. */
function seedless(name: string, value: unknown): unknown {
  if (name === 'seed') return undefined;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
