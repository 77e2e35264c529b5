import { z } from 'zod';
import type { PresetName } from '../configuration/presets';

/** Presets whose training steps are timed. */
export const benchmarkPresets = ['nano', 'tiny'] as const satisfies readonly PresetName[];

/** What is trained: a world model is mostly convolutions, DITTO mostly products of dense layers. */
export const benchmarkTrainings = ['world-model', 'ditto'] as const;
export type BenchmarkTraining = (typeof benchmarkTrainings)[number];

/** What the self-benchmark of an engine found on this machine. */
export const engineBenchmarkSchema = z.strictObject({
  /** e.g. `onnxruntime:cpu` */
  engine: z.string(),
  measured: z.iso.datetime(),
  processor: z.string(),
  /** Of ONNX Runtime. */
  onnxruntime: z.string(),
  /** Best rate of matrix products, in 10⁹ floating-point operations per second. */
  gemmGflops: z.number().positive(),
  steps: z.array(
    z.strictObject({
      training: z.enum(benchmarkTrainings),
      preset: z.enum(benchmarkPresets),
      /** Floating-point operations of the step. */
      operations: z.number().positive(),
      /** Median. */
      milliseconds: z.number().positive(),
      /** Steps that the median is of. */
      count: z.int().positive(),
    }),
  ),
  /** Share of the machine's cores that other programs took meanwhile, 0 to 1. */
  otherLoad: z.number().min(0).max(1),
});
export type EngineBenchmark = z.infer<typeof engineBenchmarkSchema>;

export type BenchmarkProgress =
  | { readonly type: 'progress'; readonly phase: string; /** 0 to 1. */ readonly share: number }
  | { readonly type: 'done'; readonly benchmark: EngineBenchmark };
