import { z } from 'zod';
import { engineBenchmarkSchema } from '../../../shared/contract/benchmark';

/** What the measuring process tells the studio. */
export const benchmarkMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), phase: z.string(), share: z.number() }),
  z.strictObject({ type: z.literal('done'), benchmark: engineBenchmarkSchema }),
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
]);
export type BenchmarkMessage = z.infer<typeof benchmarkMessageSchema>;
