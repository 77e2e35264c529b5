import { rm } from 'node:fs/promises';
import type { RunRecord } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import type { Registry } from '../registry/registry';
import { runFolder } from '../trainer/home';

/** Runs whose `parents` name this one, newest first. */
export function runsMadeFrom(registry: Registry, runId: string): RunRecord[] {
  return registry.listRuns().filter(({ parents }) => parents.some((parent) => parent.runId === runId));
}

/** Deletes a run with everything in its folder. Throws StudioError while it runs or other runs need it. */
export async function removeRun(registry: Registry, runId: string): Promise<void> {
  const { state } = registry.getRun(runId);
  if (state.status === 'running') {
    throw new StudioError(`Run ${runId} is running: stop it first, then delete it.`);
  }
  const children = runsMadeFrom(registry, runId);
  if (children.length > 0) {
    throw new StudioError(
      `${children.length} other runs were made from ${runId}, e.g. ${children[0]!.id}: delete those first.`,
    );
  }
  await rm(runFolder(registry.home, runId), { recursive: true, force: true });
  await registry.reconcile();
}
