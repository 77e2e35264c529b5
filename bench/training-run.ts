import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import { median } from '../src/main/learning/statistics';
import type { Registry } from '../src/main/registry/registry';
import { createAgentRun } from '../src/main/studio/create-agent-run';
import { createWorldModelRun } from '../src/main/studio/create-world-model-run';
import { runFolder } from '../src/main/trainer/home';
import { timelineRows, traceFile, type TimelineRow, type TraceEvent } from '../src/main/trainer/timeline';
import { describeMachine, describeVersions } from './machine';
import { BENCH_DATASET, finishTraining, inTemporaryStudio } from './temporary-studio';
import { benchTrainStep } from './train-step';

export interface TrainingRunBenchOptions {
  training: BenchmarkTraining;
  preset: string;
  steps: number;
  engine: string;
  threads?: number;
  /** File to copy the trace to, for Perfetto or about:tracing. */
  trace?: string;
  /** SVG file of a stretch of the trace. */
  figure?: string;
}

/** A training by the real trainer, against its compiled step alone. */
export interface TrainingRunReport {
  training: BenchmarkTraining;
  preset: string;
  engine: string;
  threads: number;
  steps: number;
  /** Median, from one step's begin to the next one's. */
  runStepMs: number;
  /** The compiled step over and over: mean of the medians before and after the run. */
  bareStepMs: number;
  /** Of the run's median over the bare one. */
  ratio: number;
  /** All of the run over as many bare steps, validations and the end included. */
  wholeRatio: number;
  /** Share of the run's time in which each part was at work; parts overlap. */
  shares: Record<TimelineRow, number>;
  checkpoints: number;
  /** Before and after the run. */
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const EPISODES = 100;
/** Steps in which memory is allocated and chunks are decoded for the first time. */
const WARM_UP_STEPS = 5;

export async function benchTrainingRun(options: TrainingRunBenchOptions): Promise<TrainingRunReport> {
  const { training, preset, engine, steps } = options;
  const threads = options.threads ?? availableParallelism();
  const bare = { preset, engine, threads, steps: Math.min(steps, 30), peerDevice: 'cpu' } as const;
  const before = await benchTrainStep(training, bare);
  const events = await traceRun(options, threads);
  const after = await benchTrainStep(training, bare);

  const begins = events.filter(({ name }) => name === 'step').map(({ ts }) => ts / 1000);
  const gaps = begins.slice(1).map((begin, index) => begin - begins[index]!);
  const runStepMs = median(gaps.slice(WARM_UP_STEPS));
  const bareStepMs = (before.stepMs + after.stepMs) / 2;
  const end = Math.max(...events.map(({ ts, dur }) => ts + dur)) / 1000;
  const wholeMs = end - begins[0]!;
  const busy = (row: TimelineRow): number =>
    events.filter(({ name }) => name === row).reduce((sum, { dur }) => sum + dur / 1000, 0);
  if (options.figure !== undefined) {
    // What draws is not everywhere where the bench is.
    const { drawTrace } = await import('./trace-figure');
    await writeFile(options.figure, drawTrace(events, training, preset));
  }
  return {
    ...{ training, preset, engine, threads, steps, runStepMs, bareStepMs },
    ratio: runStepMs / bareStepMs,
    wholeRatio: wholeMs / (steps * bareStepMs),
    shares: Object.fromEntries(timelineRows.map((row) => [row, busy(row) / wholeMs])) as Record<
      TimelineRow,
      number
    >,
    checkpoints: events.filter(({ name }) => name === 'checkpoint').length,
    otherLoad: Math.max(before.otherLoad, after.otherLoad),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

/** Trains in a process of its own, as the application does, with the preset's checkpoints and validations. */
function traceRun(options: TrainingRunBenchOptions, threads: number): Promise<TraceEvent[]> {
  return inTemporaryStudio(EPISODES, async (registry) => {
    const id = await createRun(registry, options, threads);
    // The trainer inherits it; this process trains nothing.
    process.env['DITTO_TRACE'] = '1';
    await finishTraining(registry, id);
    const content = readFileSync(traceFile(runFolder(registry.home, id)), 'utf8');
    if (options.trace !== undefined) await writeFile(options.trace, content);
    return (JSON.parse(content) as { traceEvents: TraceEvent[] }).traceEvents;
  });
}

/** Returns its id. An agent is given a world model that has learned next to nothing, which its step does not see. */
async function createRun(
  registry: Registry,
  { training, preset, steps, engine }: TrainingRunBenchOptions,
  threads: number,
): Promise<string> {
  const common = { dataset: BENCH_DATASET, preset, engine };
  const settings = { steps, threads };
  if (training === 'world-model') return (await createWorldModelRun(registry, { ...common, settings })).id;
  const worldModel = await createWorldModelRun(registry, { ...common, settings: { steps: 1, threads } });
  await finishTraining(registry, worldModel.id);
  const agent = { ...common, method: training, worldModel: worldModel.id, settings };
  return (await createAgentRun(registry, agent)).id;
}
