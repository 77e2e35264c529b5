import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import { expectClose } from '../../tensor/testing/compare';
import { TrainStep } from '../../tensor/train-step';
import { nanoArchitecture, nanoOptimizer, nanoParameters } from '../testing/nano';
import { meanOf, nanoLatents } from '../testing/rollouts';
import { featureSize } from '../world-model/architecture';
import { dreamBehaviorCloningTrainStep, type DreamBehaviorCloningDefinition } from './d-bc';

const compiled = onnxRuntimeEngine({ threads: 1 });
const width = featureSize(nanoArchitecture);

const nano: DreamBehaviorCloningDefinition = {
  architecture: nanoArchitecture,
  actionDistribution: 'truncated-normal',
  perceptron: { hiddenLayers: 2, hiddenUnits: 8 },
  batchSize: 16,
  entropyWeight: 0.1,
  optimizer: nanoOptimizer,
};

/** Latents, and an action that their first two elements tell. */
function batch(step: number) {
  const expertLatents = nanoLatents(nano.batchSize, step);
  const expertActions = Int32Array.from({ length: nano.batchSize }, (_, row) => {
    const [first, second] = expertLatents.subarray(row * width);
    if (first! > 0.3) return 2;
    return second! > 0 ? 1 : 0;
  });
  return { expertLatents, expertActions };
}

async function compile(changes: Partial<DreamBehaviorCloningDefinition> = {}): Promise<TrainStep> {
  const definition = dreamBehaviorCloningTrainStep({ ...nano, ...changes });
  return TrainStep.compile(compiled, definition, { parameters: nanoParameters(definition.parameters) });
}

test('the compiled step agrees with eager TF.js', async () => {
  const definition = dreamBehaviorCloningTrainStep(nano);
  const initial = { parameters: nanoParameters(definition.parameters) };
  const fast = await TrainStep.compile(compiled, definition, initial);
  const slow = await TrainStep.compile(eagerEngine('cpu'), definition, initial);
  for (let step = 0; step < 3; step++)
    expectClose(await fast.run(batch(step)), await slow.run(batch(step)), 2e-5);
  expectClose(await fast.parameters(), await slow.parameters(), 1e-4);
  await fast.dispose();
});

test('the loss is that of eq. 9: negative log-likelihood less the weighted entropy, in nats', async () => {
  const step = await TrainStep.compile(compiled, dreamBehaviorCloningTrainStep({ ...nano, batchSize: 4 }), {
    parameters: { 'actor/head/bias': Float32Array.of(0, Math.log(2), Math.log(5)) },
  });
  const probabilities = [1 / 8, 2 / 8, 5 / 8];
  const outputs = await step.run({
    expertLatents: nanoLatents(4, 0),
    expertActions: Int32Array.of(2, 2, 1, 0),
  });
  await step.dispose();
  const likelihood = -[2, 2, 1, 0].reduce((sum, action) => sum + Math.log(probabilities[action]!), 0) / 4;
  const entropy = -probabilities.reduce((sum, p) => sum + p * Math.log(p), 0);
  expect(outputs['negativeLogLikelihood']![0]).toBeCloseTo(likelihood, 5);
  expect(outputs['policyEntropy']![0]).toBeCloseTo(entropy, 5);
  expect(outputs['actionAccuracy']![0]).toBeCloseTo(0.5, 6);
  expect(outputs['loss']![0]).toBeCloseTo(likelihood - 0.1 * entropy, 5);
});

const quick = { optimizer: { ...nanoOptimizer, learningRate: 1e-2 } };

test('learns actions that latents show, on latents that it was not trained on', async () => {
  const step = await compile({ ...quick, batchSize: 16, entropyWeight: 0 });
  for (let update = 0; update < 300; update++) await step.run(batch(update));
  const accuracies: number[] = [];
  for (let update = 300; update < 320; update++)
    accuracies.push((await step.run(batch(update)))['actionAccuracy']![0]!);
  await step.dispose();
  expect(meanOf(accuracies)).toBeGreaterThan(0.9);
});

test('a heavier entropy weight leaves the policy less certain', async () => {
  const entropyAfter = async (entropyWeight: number): Promise<number> => {
    const step = await compile({ ...quick, entropyWeight });
    for (let update = 0; update < 100; update++) await step.run(batch(update));
    const outputs = await step.run(batch(100));
    await step.dispose();
    return outputs['policyEntropy']![0]!;
  };
  const [light, heavy] = [await entropyAfter(0), await entropyAfter(2)];
  expect(heavy).toBeGreaterThan(light + 0.2);
});
