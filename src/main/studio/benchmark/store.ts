import { join } from 'node:path';
import { z } from 'zod';
import {
  engineBenchmarkSchema,
  type BenchmarkTraining,
  type EngineBenchmark,
} from '../../../shared/contract/benchmark';
import { readJsonIfSound, writeJson } from '../../trainer/files';
import { versions } from '../../trainer/run-folder';
import type { MeasuredStep } from '../estimate/step-time';

const fileSchema = z.strictObject({
  formatVersion: z.literal(1),
  benchmarks: z.array(engineBenchmarkSchema),
});

const file = (home: string): string => join(home, 'benchmarks.json');

/** The newest of each engine, of this machine's processor: a home may have come from another machine. */
export function listBenchmarks(home: string): EngineBenchmark[] {
  const { cpu } = versions();
  return readBenchmarks(home).filter(({ processor }) => processor === cpu);
}

export function keepBenchmark(home: string, benchmark: EngineBenchmark): void {
  const others = readBenchmarks(home).filter(
    ({ engine, processor }) => engine !== benchmark.engine || processor !== benchmark.processor,
  );
  writeJson(file(home), { formatVersion: 1, benchmarks: [...others, benchmark] });
}

/** The steps of a training that were timed with an engine. */
export function measuredSteps(home: string, engine: string, training: BenchmarkTraining): MeasuredStep[] {
  const benchmark = listBenchmarks(home).find((candidate) => candidate.engine === engine);
  const steps = (benchmark?.steps ?? []).filter((step) => step.training === training);
  return steps.map(({ preset, operations, milliseconds }) => ({
    ...{ operations, milliseconds },
    source: `${training === 'ditto' ? 'DITTO' : 'a world model'} at preset ${preset}`,
  }));
}

/** A damaged file costs ten seconds of measuring: it is taken for none. */
const readBenchmarks = (home: string): EngineBenchmark[] =>
  readJsonIfSound(file(home), fileSchema)?.benchmarks ?? [];
