import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import { expectClose } from '../../tensor/testing/compare';
import { TrainStep } from '../../tensor/train-step';
import { nanoOptimizer, nanoParameters, nanoPixels } from '../testing/nano';
import { behaviorCloningTrainStep, type BehaviorCloningDefinition } from './behavior-cloning';

const compiled = onnxRuntimeEngine({ threads: 1 });

const nano: BehaviorCloningDefinition = {
  imageChannels: 1,
  actionKind: 'discrete',
  actions: 3,
  convolutionDepth: 2,
  actionDistribution: 'truncated-normal',
  perceptron: { hiddenLayers: 2, hiddenUnits: 8 },
  pixels: nanoPixels,
  batchSize: 4,
  optimizer: nanoOptimizer,
};

const definition = behaviorCloningTrainStep(nano);

/** Frames whose brightness tells the action. */
function batch(step: number) {
  const random = randomGenerator(4, 'frames', step);
  const actions = Int32Array.from({ length: nano.batchSize }, () => random.integer(3));
  const observations = Uint8Array.from({ length: nano.batchSize * 64 * 64 }, (_, pixel) =>
    Math.floor(80 * actions[Math.floor(pixel / (64 * 64))]! + random.integer(80)),
  );
  return { actions, observations };
}

test('the compiled step agrees with eager TF.js', async () => {
  const initial = { parameters: nanoParameters(definition.parameters) };
  const fast = await TrainStep.compile(compiled, definition, initial);
  const slow = await TrainStep.compile(eagerEngine('cpu'), definition, initial);
  for (let step = 0; step < 3; step++)
    expectClose(await fast.run(batch(step)), await slow.run(batch(step)), 2e-5);
  expectClose(await fast.parameters(), await slow.parameters(), 1e-4);
  await fast.dispose();
});

test('the loss is the mean negative log-likelihood in nats, the accuracy that of the most likely action', async () => {
  const zero = Object.keys(definition.parameters).map((name) => [name, 0] as const);
  expect(zero.length).toBeGreaterThan(10);
  const step = await TrainStep.compile(compiled, definition, { parameters: {} });
  step.program.writeState({ 'parameter/actor/head/bias': Float32Array.of(0, Math.log(2), Math.log(5)) });
  const outputs = await step.run({ ...batch(0), actions: Int32Array.of(2, 2, 1, 0) });
  expect(outputs['loss']![0]).toBeCloseTo(-(2 * Math.log(5 / 8) + Math.log(2 / 8) + Math.log(1 / 8)) / 4, 5);
  expect(outputs['actionAccuracy']![0]).toBeCloseTo(0.5, 6);
  await step.dispose();
});

test('learns actions that frames show', async () => {
  const quick = behaviorCloningTrainStep({ ...nano, optimizer: { ...nanoOptimizer, learningRate: 3e-3 } });
  const step = await TrainStep.compile(compiled, quick, { parameters: nanoParameters(quick.parameters) });
  for (let update = 0; update < 150; update++) await step.run(batch(update));
  let correct = 0;
  for (let update = 150; update < 160; update++)
    correct += (await step.run(batch(update)))['actionAccuracy']![0]!;
  expect(correct / 10).toBeGreaterThan(0.95);
  await step.dispose();
});
