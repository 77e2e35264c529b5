import { existsSync } from 'node:fs';
import { StudioError } from '../../../shared/errors';
import type { RunDescription } from '../../../shared/runs';
import { Dataset } from '../../datasets/dataset';
import type { Registry } from '../../registry/registry';
import { datasetFolder } from '../../trainer/home';
import { createAgentRun } from '../create-agent-run';
import { createEvaluation } from '../create-evaluation';
import { createRecording } from '../create-recording';
import { createWorldModelRun } from '../create-world-model-run';
import type { ExperimentStep, StepRequest } from './plan';

/** Makes the queued run of a step. @param id of the run @param runOf the run that a step before it made, by the step's key */
export function makeRun(
  registry: Registry,
  { request, title }: ExperimentStep,
  id: string,
  runOf: (key: string) => string,
): Promise<RunDescription> {
  switch (request.kind) {
    case 'record':
      return makeRecording(registry, request, id);
    case 'world-model':
      return createWorldModelRun(registry, { ...request.training, id, name: title });
    case 'agent': {
      const { training } = request;
      const worldModel = training.worldModel === undefined ? undefined : runOf(training.worldModel);
      return createAgentRun(registry, { ...training, id, worldModel, name: title });
    }
    case 'evaluation': {
      const { evaluation } = request;
      const worldModel = evaluation.worldModel === undefined ? undefined : runOf(evaluation.worldModel);
      const agents = evaluation.agents.map(runOf);
      return createEvaluation(registry, { ...evaluation, id, agents, worldModel, name: title });
    }
  }
}

async function makeRecording(
  registry: Registry,
  { recording, episodesBefore }: Extract<StepRequest, { kind: 'record' }>,
  id: string,
): Promise<RunDescription> {
  // A recording appends: into a dataset that holds anything else than what was recorded before, it must not.
  const dataset = recording.dataset!;
  const folder = datasetFolder(registry.home, dataset);
  const present = existsSync(folder) ? (await Dataset.open(folder, { cacheBytes: 0 })).episodes.length : 0;
  if (present === episodesBefore) return createRecording(registry, { ...recording, id });
  throw new StudioError(
    `Dataset ${dataset} has ${present} episodes instead of the ${episodesBefore} that the experiment has recorded: ` +
      'delete it, so that it is recorded again.',
  );
}

/** Whether a dataset holds already what a recording is to add; its run may have been deleted since. */
export async function isRecorded(registry: Registry, { request }: ExperimentStep): Promise<boolean> {
  if (request.kind !== 'record') return false;
  const folder = datasetFolder(registry.home, request.recording.dataset!);
  if (!existsSync(folder)) return false;
  const { episodes } = await Dataset.open(folder, { cacheBytes: 0 });
  return episodes.length >= request.episodesBefore + Number(request.recording.settings['episodes']);
}
