import { methodTitles } from '../../../shared/configuration/agent';
import type { BenchmarkTraining } from '../../../shared/contract/benchmark';
import type { TimeEstimate, TrainingRequest } from '../../../shared/contract/training';
import type { Registry } from '../../registry/registry';
import { measuredSteps } from '../benchmark/store';
import { decideEngine } from '../settings';
import { measuredRuns } from './measured-runs';
import type { Plan } from './plan-run';
import { interpolateStepTime, mostAlike, sizeDistance, type MeasuredStep } from './step-time';

/** Measured steps are like one of at most so many times, or at least that part of, its size. */
const ALIKE = 4;
/** From here on the difference in size is told. */
const TOLD = 2;

/**
 * Time of a training's steps (validation, checkpoints and the encoding of experts come to it): from earlier runs of the
 * kind with the engine, or from its self-benchmark where that has a step more like this one's. Null without either.
 */
export async function estimateTime(
  registry: Registry,
  request: TrainingRequest,
  { operations, steps, threads }: Plan,
): Promise<TimeEstimate | null> {
  const engine = await decideEngine(request.engine);
  const runs = await measuredRuns(registry, request, engine, threads);
  const benchmark = measuredSteps(registry.home, engine, mostAlikeTraining(request));
  const rests = restsOnRuns(runs, benchmark, operations);
  const measured = rests ? runs : benchmark;
  if (measured.length === 0) return null;
  const stepMilliseconds = interpolateStepTime(measured, operations);
  const nearest = mostAlike(measured, operations);
  const what = request.kind === 'world-model' ? 'a world model' : methodTitles[request.method];
  const count = runs.length === 1 ? 'an earlier run' : `${runs.length} earlier runs`;
  const source = rests
    ? `Rests on ${count} of ${what} with ${engine} here; the most alike is "${nearest.source}".`
    : `Rests on the self-benchmark of ${engine}; the most alike is ${nearest.source}.`;
  return {
    stepMilliseconds,
    totalSeconds: (stepMilliseconds * steps) / 1000,
    basis: source + caution(operations / nearest.operations),
  };
}

function restsOnRuns(
  runs: readonly MeasuredStep[],
  benchmark: readonly MeasuredStep[],
  operations: number,
): boolean {
  if (runs.length === 0 || benchmark.length === 0) return runs.length > 0;
  const distance = sizeDistance(mostAlike(runs, operations), operations);
  return (
    distance <= Math.log(ALIKE) || distance <= sizeDistance(mostAlike(benchmark, operations), operations)
  );
}

function caution(factor: number): string {
  if (factor <= TOLD && factor >= 1 / TOLD) return '';
  const size = factor > 1 ? `${Math.round(factor)} times as much` : `a ${ordinal(1 / factor)} of it`;
  return ` A step here computes ${size}, so this is rough.`;
}

function ordinal(value: number): string {
  const rounded = Math.round(value);
  return rounded === 2 ? 'half' : rounded === 3 ? 'third' : `${rounded}th`;
}

/** Convolutions, or products of dense layers. */
const mostAlikeTraining = (request: TrainingRequest): BenchmarkTraining =>
  request.kind === 'world-model' || request.method === 'bc' ? 'world-model' : 'ditto';
