import { agentMethods } from '../../shared/configuration/agent';
import type { DreamAgent, DreamWorld, TheatreChoices } from '../../shared/contract/theatre';
import type { RunRecord } from '../../shared/runs';
import type { Registry } from '../registry/registry';

/** What the theatre can show: datasets, and the runs that have a checkpoint. */
export function theatreChoices(registry: Registry): TheatreChoices {
  const datasets = registry.listDatasets();
  const environments = new Map(datasets.map(({ id, environment }) => [id, environment]));
  const trained = (kind: 'world-model' | 'agent'): RunRecord[] =>
    registry.listRuns({ kind }).filter(({ id }) => registry.listCheckpoints(id).length > 0);
  const world = ({ id, name, datasets: [dataset] }: RunRecord): DreamWorld[] => {
    const environment = dataset && environments.get(dataset.id);
    return environment === undefined ? [] : [{ runId: id, name, environment }];
  };
  const agentRuns = trained('agent');
  const experts = new Set(agentRuns.flatMap((run) => run.datasets.map(({ id }) => id)));
  return {
    datasets: datasets
      .filter(({ episodes }) => episodes > 0)
      .map(({ id, name, environment }) => ({ id, name, environment, isExpert: experts.has(id) })),
    worldModels: trained('world-model').flatMap(world),
    agents: agentRuns.flatMap((run) =>
      world(run).flatMap((about): DreamAgent[] => {
        const method = agentMethods.find((known) => known === run.configuration['method']);
        const worldModel = run.parents.find(({ role }) => role === 'world-model')?.runId ?? null;
        return method ? [{ ...about, method, worldModel }] : [];
      }),
    ),
  };
}
