import { describe, expect, test } from 'vitest';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import { elementCount, type NamedValues, type TensorValues } from '../../tensor/program';
import { nanoArchitecture, nanoPixels } from '../testing/nano';
import { featureSize } from '../world-model/architecture';
import { heldOutProgram, type HeldOutDefinition } from './held-out';

const width = featureSize(nanoArchitecture);
const { stochasticClasses, deterministicSize } = nanoArchitecture;

const definition: HeldOutDefinition = {
  architecture: nanoArchitecture,
  pixels: nanoPixels,
  actionDistribution: 'truncated-normal',
  perceptron: { hiddenLayers: 0, hiddenUnits: 1 },
  sight: 'latent',
  convolutionDepth: 1,
  rewardLatent: 'deterministic',
  batchSize: 2,
  horizon: 3,
};

async function measure(
  changes: Partial<HeldOutDefinition>,
  state: NamedValues,
  given: Record<string, TensorValues>,
) {
  const program = heldOutProgram({ ...definition, ...changes });
  const runnable = await onnxRuntimeEngine({ threads: 1 }).compile(program);
  runnable.writeState(state);
  const empty = Object.entries(program.inputs).map(([name, { shape, type }]) => {
    const length = elementCount(shape);
    if (type === 'uint8') return [name, new Uint8Array(length)] as const;
    return [name, type === 'int32' ? new Int32Array(length) : new Float32Array(length)] as const;
  });
  const outputs = await runnable.run({ ...Object.fromEntries(empty), ...given });
  await runnable.dispose();
  return outputs;
}

const oneHots = (...chosen: number[]): number[] =>
  chosen.flatMap((one) => Array.from({ length: stochasticClasses }, (_, c) => (c === one ? 1 : 0)));

describe('held-out measures', () => {
  // A model whose weights are zero halves h at each step; noise of zero gives the first class of each variable.
  const h = (x: number): number[] => [x, x, ...Array<number>(deterministicSize - 2).fill(0)];
  const latents = Float32Array.from(
    [
      [...h(0.8), ...oneHots(0, 0, 0)],
      [...h(0.4), ...oneHots(0, 0, 0)],
      [...h(0.4), ...oneHots(0, 0, 1)],
      [...h(-0.2), ...oneHots(1, 1, 1)],
      [...h(0.2), ...oneHots(0, 0, 0)],
      [...h(0.2), ...oneHots(0, 0, 0)],
    ].flat(),
  );

  test('the latent distance is the mean over windows per step', async () => {
    const { latentDistance, latents: dreamed } = await measure({}, {}, { expertLatents: latents });
    expect(latents).toHaveLength(6 * width);
    expect(dreamed![2 * width]).toBeCloseTo(0.4, 6);
    // First step: 0.4 against 0.4, and -0.2 against 0.2. Second: 0.2 against 0.2, and 0.2 against 0.1.
    expect(latentDistance).toHaveLength(2);
    expect(latentDistance![0]).toBeCloseTo((0 + 2) / 2, 5);
    expect(latentDistance![1]).toBeCloseTo((0 + 0.5) / 2, 5);
  });

  test('the full distance sees z too', async () => {
    const { latentDistance } = await measure({ rewardLatent: 'full' }, {}, { expertLatents: latents });
    // First window: (0.32 + 2) / (0.32 + 3); second: -0.08 / 3.08.
    expect(latentDistance![0]).toBeCloseTo((1 - 2.32 / 3.32 + (1 + 0.08 / 3.08)) / 2, 5);
  });

  test('accuracy and likelihood compare with the action taken in the same state', async () => {
    // Action 0 where h is positive, action 2 where it is negative.
    const head = new Float32Array(width * 3);
    head.set([1, 0, -1]);
    const state = { 'policy/actor/head/weight': head };
    const expertActions = Int32Array.of(0, 0, 0, 2, 0, 1);
    const outputs = await measure({}, state, { expertLatents: latents, expertActions });
    expect(outputs['actionAccuracy']![0]).toBeCloseTo(5 / 6, 6);
    const negativeLogLikelihood = [0.8, 0.4, 0.4, -0.2, 0.2, 0.2].map((x, row) => {
      const logits = [x, 0, -x];
      return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[expertActions[row]!]!;
    });
    const mean = negativeLogLikelihood.reduce((sum, x) => sum + x, 0) / 6;
    expect(outputs['negativeLogLikelihood']![0]).toBeCloseTo(mean, 5);
  });

  test('a pixel policy acts on the frames that the model paints', async () => {
    // The same bias decides everywhere: action 1, whatever the frames.
    const state = { 'policy/actor/head/bias': Float32Array.of(0, 50, 0) };
    const expertActions = Int32Array.of(1, 1, 0, 1, 2, 1);
    const given = { expertLatents: latents, expertActions, actionUniform: new Float32Array(4).fill(0.5) };
    const outputs = await measure({ sight: 'pixels' }, state, given);
    expect([...outputs['actions']!]).toEqual([1, 1, 1, 1]);
    expect(outputs['actionAccuracy']![0]).toBeCloseTo(4 / 6, 6);
  });
});
