import { totalmem } from 'node:os';
import { methodTitles } from '../../../shared/configuration/agent';
import type { BenchmarkTraining } from '../../../shared/contract/benchmark';
import type { TimeEstimate, TrainingEstimate, TrainingRequest } from '../../../shared/contract/training';
import type { Registry } from '../../registry/registry';
import { elementCount, type NamedShapes } from '../../tensor/program';
import { measuredSteps } from '../benchmark/store';
import { checkpointBytes, freeBytes } from '../disk-space';
import { decideEngine } from '../settings';
import { measuredRuns } from './measured-runs';
import { memoryBytes } from './memory';
import { planRequest, type Plan } from './plan-run';
import { interpolateStepTime, mostAlike } from './step-time';

/** What a training would take. Throws StudioError, with the reason, if it could not run. */
export async function estimateTraining(
  registry: Registry,
  request: TrainingRequest,
): Promise<TrainingEstimate> {
  const plan = await planRequest(registry, request);
  const { parameters, carried, steps, operations, keepCheckpoints } = plan;
  return {
    parameters: elements(parameters),
    steps,
    stepOperations: operations,
    memoryBytes: memoryBytes(plan),
    memoryTotalBytes: totalmem(),
    diskBytes: checkpointBytes({ ...parameters, ...carried }, keepCheckpoints),
    diskFreeBytes: await freeBytes(registry.home),
    time: await estimateTime(registry, request, plan),
  };
}

/** Convolutions, or products of dense layers. */
const mostAlikeTraining = (request: TrainingRequest): BenchmarkTraining =>
  request.kind === 'world-model' || request.method === 'bc' ? 'world-model' : 'ditto';

const elements = (shapes: NamedShapes): number =>
  Object.values(shapes).reduce((sum, shape) => sum + elementCount(shape), 0);

/** From earlier runs of the kind, else from the self-benchmark of the engine; null without either. */
async function estimateTime(
  registry: Registry,
  request: TrainingRequest,
  { operations, steps, threads }: Plan,
): Promise<TimeEstimate | null> {
  const engine = await decideEngine(request.engine);
  const what = request.kind === 'world-model' ? 'a world model' : methodTitles[request.method];
  const runs = await measuredRuns(registry, request, engine, threads);
  const measured = runs.length > 0 ? runs : measuredSteps(registry.home, engine, mostAlikeTraining(request));
  if (measured.length === 0) return null;
  const stepMilliseconds = interpolateStepTime(measured, operations);
  const { source, operations: nearest } = mostAlike(measured, operations);
  const factor = operations / nearest;
  const size =
    factor > 2 || factor < 0.5
      ? ` It computes ${factor > 1 ? `${Math.round(factor)} times as much` : `1/${Math.round(1 / factor)} of`} a step: a rough estimate.`
      : '';
  const basis =
    runs.length > 0
      ? `Rests on ${runs.length === 1 ? 'an earlier run' : `${runs.length} earlier runs`} of ${what} with ${engine} here; the most alike is "${source}".${size}`
      : `Rests on the self-benchmark of ${engine}; the most alike is ${source}.${size}`;
  return { stepMilliseconds, totalSeconds: (stepMilliseconds * steps) / 1000, basis };
}
