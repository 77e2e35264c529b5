import { parseConfiguration } from '../../shared/configuration/field';
import { evaluationConfiguration } from '../../shared/configuration/run';
import { evaluationSteps, stickyPercentToPlayWith } from '../../shared/evaluation';
import type { EnvironmentSpecification } from '../../shared/environment';
import type { RunDescription } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import { requireEnvironment, requirePolicy } from '../environments';
import { gymnasiumSettings } from '../environments/gymnasium/specification';
import type { Registry } from '../registry/registry';
import type { TrainedAgent } from '../trainer/agent-runs';
import { describeInList } from './datasets/describe-dataset';
import { knownEnvironments } from './environments/added-environments';
import { openStudioDataset, datasetReference } from './open-dataset';
import { openTrainedAgent, openTrainedWorldModel } from './open-runs';
import { asJson, checkedName, decideEngine, type Settings } from './settings';
import { createRun } from './supervisor';

export interface EvaluationRequest {
  /** Of the run, as `reserveRunId` gave it; a new one if left out. */
  id?: string | undefined;
  /** That of the agents if left out. */
  environment?: string | undefined;
  /** Ids of built-in policies, e.g. `expert`. */
  policies: readonly string[];
  /** Ids of agent runs. */
  agents: readonly string[];
  /** Expert dataset and world model to measure latent distance and accuracy with: both or none. */
  dataset?: string | undefined;
  worldModel?: string | undefined;
  /** Fields of `evaluationConfiguration`. */
  settings: Settings;
  name?: string | undefined;
  /** `auto` or an engine's id. */
  engine: string;
}

/** A queued evaluation in the true environment. Throws StudioError, and makes nothing, if it could not run. */
export async function createEvaluation(
  registry: Registry,
  request: EvaluationRequest,
): Promise<RunDescription> {
  const given = parseConfiguration(evaluationConfiguration, request.settings);
  const agents: TrainedAgent[] = [];
  for (const runId of request.agents) agents.push(await openTrainedAgent(registry, runId));
  const specification = decideEnvironment(knownEnvironments(registry.home), request, agents);
  const { id: environment } = specification;
  for (const policy of request.policies) requirePolicy(specification, policy);
  const measuring = await heldOutParts(registry, request);
  const engine = await decideEngine(request.engine);
  const descriptions = agents.map(({ runId }) => registry.getRun(runId));
  const configuration =
    request.settings['stickyPercent'] === undefined
      ? { ...given, stickyPercent: await learnedStickyPercent(registry, descriptions) }
      : given;
  return createRun(
    registry.home,
    registry,
    {
      id: request.id,
      kind: 'evaluation',
      name: checkedName(request.name ?? `Evaluation in ${environment}`),
      seed: configuration.seed,
      preset: null,
      configuration: asJson({
        environment,
        gymnasium: gymnasiumSettings(specification),
        policies: request.policies,
        agents: request.agents,
        ...configuration,
      }),
      datasets: measuring.datasets,
      parents: [
        ...descriptions.map(({ id, state }) => ({
          role: 'agent' as const,
          runId: id,
          checkpointStep: registry.listCheckpoints(id).at(-1)?.step ?? state.step,
        })),
        ...measuring.parents,
      ],
      engine,
    },
    evaluationSteps(configuration, request.policies.length, agents.length),
  );
}

function decideEnvironment(
  known: readonly EnvironmentSpecification[],
  request: EvaluationRequest,
  agents: readonly TrainedAgent[],
): EnvironmentSpecification {
  const environment = request.environment ?? agents[0]?.environment;
  if (environment === undefined || agents.length + request.policies.length === 0) {
    throw new StudioError('Nothing to evaluate: name agent runs, or an environment and its policies.');
  }
  const stranger = agents.find((agent) => agent.environment !== environment);
  if (stranger) {
    throw new StudioError(
      `Agent ${stranger.runId} was trained for ${stranger.environment}, not ${environment}: evaluate it in its own environment.`,
    );
  }
  if (agents.length > 0 && !known.some(({ id }) => id === environment)) {
    throw new StudioError(
      `The studio does not have the environment "${environment}", so nobody can play there: add it if it is one of Gymnasium's, or compare what the agents' runs measured on held-out episodes.`,
    );
  }
  const specification = requireEnvironment(known, environment);
  for (const agent of agents) requireSameSpaces(agent, specification);
  return specification;
}

/** Agents of imported episodes may have learned to see or do something else than the environment of that name. */
function requireSameSpaces(
  { name, architecture }: TrainedAgent,
  { id, observationShape, actionKind, actions }: EnvironmentSpecification,
): void {
  const learned = [architecture.imageChannels, architecture.actionKind, architecture.actions];
  const own = [observationShape[2], actionKind, actions.length];
  if (learned.join() === own.join()) return;
  const describe = ([channels, kind, count]: (string | number)[]): string =>
    `${channels === 1 ? 'grey' : 'colour'} pictures and ${count} ${kind} actions`;
  throw new StudioError(
    `Agent ${name} learned from ${describe(learned)}, but ${id} has ${describe(own)}: add the environment again as the agent knows it.`,
  );
}

/** Of the agents' expert datasets, as far as they are still there. */
async function learnedStickyPercent(registry: Registry, runs: readonly RunDescription[]): Promise<number> {
  const ids = new Set(runs.flatMap(({ datasets }) => datasets.slice(0, 1).map(({ id }) => id)));
  const known = registry.listDatasets().filter(({ id }) => ids.has(id));
  const listed = await Promise.all(known.map((record) => describeInList(registry.home, record)));
  return stickyPercentToPlayWith(listed.map((one) => one.stickyPercent));
}

async function heldOutParts(registry: Registry, { dataset: id, worldModel: runId }: EvaluationRequest) {
  if (id === undefined && runId === undefined) return { datasets: [], parents: [] };
  if (id === undefined || runId === undefined) {
    throw new StudioError(
      'Latent distance and accuracy need an expert dataset and a world model: name both, or none.',
    );
  }
  const dataset = await openStudioDataset(registry, id);
  const { checkpointStep } = await openTrainedWorldModel(registry, runId, dataset);
  return {
    datasets: [datasetReference(dataset, 'expert')],
    parents: [{ role: 'world-model' as const, runId, checkpointStep }],
  };
}
