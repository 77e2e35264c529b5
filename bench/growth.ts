import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { meanAndStandardError } from '../src/main/learning/statistics';
import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import { describeMachine, describeVersions } from './machine';
import { drawGrowth } from './growth-figure';
import type { TrainStepReport } from './train-step-report';

export interface GrowthBenchOptions {
  preset: string;
  steps: number;
  threads?: number;
  /** SVG file of the curves. */
  figure?: string;
}

export const grownTrainings = ['world-model', 'ditto'] as const satisfies readonly BenchmarkTraining[];
/** Of DITTO, `length` is the horizon. */
export const grownQuantities = ['batch', 'length', 'width'] as const;
export type GrownQuantity = (typeof grownQuantities)[number];

/** What a step takes with one quantity at multiples of the preset's, all else as in the preset. */
export interface GrowthSeries {
  training: (typeof grownTrainings)[number];
  quantity: GrownQuantity;
  points: GrowthPoint[];
  /** Of the power law through all points, and between the last two. */
  timeExponent: number;
  lastTimeExponent: number;
  memoryExponent: number;
  lastMemoryExponent: number;
}

export interface GrowthPoint {
  /** Of the preset's. */
  multiple: number;
  stepMs: number;
  /** Of the whole process. */
  peakMemoryMiB: number;
  compileMs: number;
}

export interface GrowthReport {
  preset: string;
  threads: number;
  series: GrowthSeries[];
  /** The largest of all measurements. */
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const MULTIPLES = [0.5, 1, 2, 4];

/** How time and memory of a training step grow; each point in a process of its own, whose peak of memory is its own. */
export async function benchGrowth(options: GrowthBenchOptions): Promise<GrowthReport> {
  const reports: TrainStepReport[] = [];
  const measure = async (training: BenchmarkTraining, flags: string[]): Promise<TrainStepReport> => {
    const report = await measureStep(training, options, flags);
    reports.push(report);
    return report;
  };
  const series: GrowthSeries[] = [];
  for (const training of grownTrainings) {
    const base = await measure(training, []);
    for (const quantity of grownQuantities) {
      const points: GrowthPoint[] = [];
      for (const multiple of MULTIPLES) {
        const flags = [`--${quantity}`, String(sizeOf(base, quantity, multiple))];
        const { stepMs, peakMemoryMiB, compileMs } = multiple === 1 ? base : await measure(training, flags);
        points.push({ multiple, stepMs, peakMemoryMiB, compileMs });
      }
      series.push({ training, quantity, points, ...exponentsOf(points) });
    }
  }
  if (options.figure !== undefined) await writeFile(options.figure, drawGrowth(series, options.preset));
  return {
    preset: options.preset,
    threads: reports[0]!.threads,
    series,
    otherLoad: Math.max(...reports.map(({ otherLoad }) => otherLoad)),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

/** The flag's value at a multiple of the preset's step. */
function sizeOf(base: TrainStepReport, quantity: GrownQuantity, multiple: number): number {
  if (quantity === 'width') return multiple;
  return Math.round(multiple * (quantity === 'batch' ? base.batchSize : base.sequenceLength));
}

async function measureStep(
  training: BenchmarkTraining,
  { preset, steps, threads }: GrowthBenchOptions,
  flags: readonly string[],
): Promise<TrainStepReport> {
  const command = training === 'ditto' ? 'agent' : training;
  const { stdout } = await promisify(execFile)(process.execPath, [
    process.argv[1]!,
    ...[command, '--preset', preset, '--steps', String(steps), '--json'],
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...flags,
  ]);
  return JSON.parse(stdout) as TrainStepReport;
}

function exponentsOf(points: readonly GrowthPoint[]) {
  const last = points.slice(-2);
  return {
    timeExponent: exponent(points, ({ stepMs }) => stepMs),
    lastTimeExponent: exponent(last, ({ stepMs }) => stepMs),
    memoryExponent: exponent(points, ({ peakMemoryMiB }) => peakMemoryMiB),
    lastMemoryExponent: exponent(last, ({ peakMemoryMiB }) => peakMemoryMiB),
  };
}

/** Slope of the straight line of least squares through logarithms. */
function exponent(points: readonly GrowthPoint[], valueOf: (point: GrowthPoint) => number): number {
  const x = points.map(({ multiple }) => Math.log(multiple));
  const y = points.map((point) => Math.log(valueOf(point)));
  const mean = (values: readonly number[]): number => meanAndStandardError(values).mean;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, index) => (value - meanX) * (y[index]! - meanY)));
  return covariance / mean(x.map((value) => (value - meanX) ** 2));
}
