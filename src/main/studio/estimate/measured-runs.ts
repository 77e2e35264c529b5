import { describeError, StudioError } from '../../../shared/errors';
import type { RunRecord } from '../../../shared/runs';
import { interquartileMean } from '../../learning/statistics';
import type { Registry } from '../../registry/registry';
import { runFolder } from '../../trainer/home';
import { readMetrics } from '../../trainer/metrics';
import { versions } from '../../trainer/run-folder';
import { planRun, type KindOfTraining } from './plan-run';
import type { MeasuredStep } from './step-time';

/** Newest runs that are looked at. */
const RUNS = 20;
/** Rows of a run's metrics that its median is taken of. */
const ROWS = 500;
const FEWEST_INTERVALS = 10;

/** Of runs that have ended, which do not change any more; by folder, and null where a run says nothing. */
const remembered = new Map<string, MeasuredStep | null>();

/** Steps of earlier runs of a kind of training, with an engine, on this machine's processor. */
export async function measuredRuns(
  registry: Registry,
  training: KindOfTraining,
  engine: string,
  threads: number,
): Promise<MeasuredStep[]> {
  const { cpu, operators } = versions();
  const alike = registry.listRuns({ kind: training.kind }).filter((run) => {
    const { method, training: settings } = run.configuration;
    const sameThreads = (settings as { threads?: unknown } | null)?.threads === threads;
    const sameMethod = training.kind === 'world-model' || method === training.method;
    const sameMachine = run.versions.cpu === cpu && !run.versions.operators === !operators;
    return run.engine === engine && sameMachine && sameThreads && sameMethod;
  });
  const steps = await Promise.all(alike.slice(0, RUNS).map((run) => measuredRun(registry, run)));
  return steps.filter((step) => step !== null);
}

async function measuredRun(registry: Registry, run: RunRecord): Promise<MeasuredStep | null> {
  const folder = runFolder(registry.home, run.id);
  const known = remembered.get(folder);
  if (known !== undefined) return known;
  const measured = await measure(registry, run, folder);
  if (run.state.status === 'finished') remembered.set(folder, measured);
  return measured;
}

async function measure(registry: Registry, run: RunRecord, folder: string): Promise<MeasuredStep | null> {
  const milliseconds = stepMilliseconds(folder);
  if (milliseconds === null) return null;
  try {
    const { operations } = await planRun(registry, run);
    return { operations, milliseconds, source: run.name };
  } catch (error) {
    // Its dataset or world model is gone, or it was made by another version: it says nothing about this machine.
    if (error instanceof StudioError) return null;
    throw new Error(`Run ${run.id}: ${describeError(error)}`, { cause: error });
  }
}

/**
 * Time of a step, from the times of neighbouring rows of a run's metrics: the mean of the middle half, which leaves out
 * pauses, validations and checkpoints, and whole milliseconds do not hurt. Null with too few rows.
 */
function stepMilliseconds(folder: string): number | null {
  const intervals: number[] = [];
  let last: { step: number; time: number } | undefined;
  for (const { row } of readMetrics(folder)) {
    // Rows of a validation have no loss of a step.
    if (row['loss'] === undefined) continue;
    const { step, time } = row;
    if (last && step > last.step) intervals.push((time - last.time) / (step - last.step));
    last = { step, time };
    if (intervals.length >= ROWS) break;
  }
  const milliseconds = intervals.length < FEWEST_INTERVALS ? 0 : interquartileMean(intervals);
  return milliseconds > 0 ? milliseconds : null;
}
