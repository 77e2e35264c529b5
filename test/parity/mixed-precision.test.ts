import { expect, test } from 'vitest';
import type { BenchmarkTraining } from '../../src/shared/contract/benchmark';
import { trainingTask } from '../../src/main/studio/benchmark/training-task';
import { onnxRuntimeEngine } from '../../src/main/tensor/onnxruntime-engine';
import type { Precision } from '../../src/main/tensor/graph';
import { TrainStep } from '../../src/main/tensor/train-step';

const STEPS = 20;

/** Losses and gradients' norms of steps on the same inputs; those that only find the loss's scale are left out. */
async function steps(training: BenchmarkTraining, precision: Precision) {
  const task = trainingTask(training, 'nano');
  const step = await TrainStep.compile(onnxRuntimeEngine({ threads: 1 }), { ...task.step, precision }, task);
  const found = { losses: [] as number[], norms: [] as number[] };
  while (found.losses.length < STEPS) {
    const { loss, gradientNorm } = await step.run(task.inputs);
    if (!Number.isFinite(gradientNorm![0])) continue;
    found.losses.push(loss![0]!);
    found.norms.push(gradientNorm![0]!);
  }
  await step.dispose();
  return found;
}

/** The largest difference, of the largest value. */
function difference(actual: readonly number[], expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...actual.map((value, index) => Math.abs(value - expected[index]!))) / largest;
}

// About twice what was measured (docs/engines.md).
test.each([
  { training: 'world-model', bounds: { losses: 1e-4, norms: 1e-2 } },
  { training: 'ditto', bounds: { losses: 1e-2, norms: 2e-2 } },
] as const)('20 steps of $training in mixed precision do what they do in float32', async (one) => {
  const mixed = await steps(one.training, 'mixed');
  const single = await steps(one.training, 'float32');
  const found = [difference(mixed.losses, single.losses), difference(mixed.norms, single.norms)];
  expect(found[0]).toBeLessThan(one.bounds.losses);
  expect(found[1]).toBeLessThan(one.bounds.norms);
  // It is another arithmetic: the same numbers would mean that nothing was rounded.
  expect(found[1]).toBeGreaterThan(1e-6);
});
