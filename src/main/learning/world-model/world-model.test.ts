import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import { TrainStep } from '../../tensor/train-step';
import { initializeParameters } from '../initialization';
import { worldModelTrainStep, type WorldModelDefinition } from './world-model';

const nano: WorldModelDefinition = {
  architecture: {
    imageChannels: 1, actions: 3, convolutionDepth: 2, deterministicSize: 16, stochasticVariables: 4,
    stochasticClasses: 4, hiddenSize: 16,
  },
  pixels: { mean: 100, standardDeviation: 50 },
  batchSize: 2, sequenceLength: 3, klWeight: 0.1, klBalance: 0.8,
  optimizer: { learningRate: 1e-3, epsilon: 1e-5, weightDecay: 0.01, gradientClip: 200 },
};

function makeBatch(step: number) {
  const random = randomGenerator(1, 'batch', step);
  const { batchSize: b, sequenceLength: t } = nano;
  return {
    observations: Uint8Array.from({ length: b * t * 64 * 64 }, () => random.integer(256)),
    previousActions: Int32Array.from({ length: b * t }, (_, i) => (i === 0 ? -1 : random.integer(3))),
    isFirst: Float32Array.from({ length: b * t }, (_, i) => (i === 0 ? 1 : 0)),
    uniform: random.fillUniform(new Float32Array(b * t * 4)),
  };
}

test('the compiled world-model step agrees with eager TF.js', async () => {
  const definition = worldModelTrainStep(nano);
  const initial = { parameters: initializeParameters(definition.parameters, 7) };
  const compiled = await TrainStep.compile(onnxRuntimeEngine(), definition, initial);
  const eager = await TrainStep.compile(eagerEngine('cpu'), definition, initial);
  for (let step = 0; step < 3; step++) {
    const a = await compiled.run(makeBatch(step));
    const b = await eager.run(makeBatch(step));
    for (const name of Object.keys(b)) {
      console.log(name, a[name]![0], b[name]![0]);
      expect(a[name]![0]! / b[name]![0]!).toBeCloseTo(1, 4);
    }
  }
  const first = await compiled.parameters();
  const second = await eager.parameters();
  for (const [name, values] of Object.entries(second)) {
    let worst = 0;
    values.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - first[name]![i]!))));
    expect(worst, name).toBeLessThan(2e-4);
  }
});
