import { expect, test } from 'vitest';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedShapes, Program } from '../../tensor/program';
import { relativeError } from '../../tensor/testing/compare';
import { nanoArchitecture, nanoParameters, nanoPixels, nanoSequences, randomTensor } from '../testing/nano';
import { encodeProgram } from '../world-model/encode';
import { latentAgentProgram, pixelAgentProgram } from './act';
import type { PixelPolicy } from './behavior-cloning';

const engine = onnxRuntimeEngine({ threads: 1 });
const [TIME, BATCH] = [4, 2];
const { actions, deterministicSize } = nanoArchitecture;
const reader = { architecture: nanoArchitecture, pixels: nanoPixels };

/** Parameters for all state but (h, z), which starts at zero. */
function load(program: Program, shapes: NamedShapes): void {
  const entries = Object.entries(shapes).filter(([name]) => name.includes('/'));
  program.writeState(nanoParameters(Object.fromEntries(entries)));
}

/** The class that a uniform number points at, in plain JavaScript. */
function pick(logits: Float32Array, uniform: number): number {
  const exponentials = [...logits].map(Math.exp);
  const total = exponentials.reduce((sum, x) => sum + x, 0);
  let cumulative = 0;
  return exponentials.findIndex((x) => (cumulative += x / total) > uniform);
}

test('a latent agent sees, step by step, the latents of the encoder, and samples from its logits', async () => {
  // The second sequence starts its episode at step 2.
  const sequences = nanoSequences(TIME, BATCH, 3, (t, sequence) => t === (sequence === 0 ? 0 : 2));
  const encoding = encodeProgram(reader, BATCH, TIME);
  const encoder = await engine.compile(encoding);
  load(encoder, encoding.state);
  const { latents } = await encoder.run(sequences);

  // A policy without hidden layers whose logits are the first elements of h.
  const playing = latentAgentProgram(
    { ...reader, perceptron: { hiddenLayers: 0, hiddenUnits: 1 }, actionDistribution: 'truncated-normal' },
    BATCH,
  );
  const agent = await engine.compile(playing);
  load(agent, playing.state);
  const width = latents!.length / (TIME * BATCH);
  const head = new Float32Array(width * actions);
  for (let action = 0; action < actions; action++) head[action * actions + action] = 1;
  agent.writeState({ 'actor/head/weight': head, 'actor/head/bias': new Float32Array(actions) });

  for (let t = 0; t < TIME; t++) {
    const rows = <Values extends Float32Array | Int32Array | Uint8Array>(
      values: Values,
      size: number,
    ): Values => values.slice(t * BATCH * size, (t + 1) * BATCH * size) as Values;
    const actionUniform = randomTensor([BATCH, 1], `action ${t}`, 0, 1);
    const outputs = await agent.run({
      observations: rows(sequences.observations, 64 * 64),
      previousActions: rows(sequences.previousActions, 1),
      isFirst: rows(sequences.isFirst, 1),
      uniform: rows(sequences.uniform, 3),
      actionUniform,
    });
    for (let row = 0; row < BATCH; row++) {
      const logits = (outputs['logits'] as Float32Array).slice(row * actions, (row + 1) * actions);
      const expected = latents!.slice((t * BATCH + row) * width, (t * BATCH + row) * width + actions);
      expect(relativeError(logits, expected)).toBeLessThan(1e-5);
      expect(outputs['actions']![row]).toBe(pick(logits, actionUniform[row]!));
    }
  }
  expect(actions).toBeLessThanOrEqual(deterministicSize);
  await Promise.all([encoder.dispose(), agent.dispose()]);
});

test('a pixel agent sees the frame and nothing else', async () => {
  const definition: PixelPolicy = {
    imageChannels: 1,
    actionKind: 'discrete',
    actions,
    actionDistribution: 'truncated-normal',
    convolutionDepth: 2,
    perceptron: { hiddenLayers: 1, hiddenUnits: 8 },
    pixels: nanoPixels,
  };
  const playing = pixelAgentProgram(definition, BATCH);
  const agent = await engine.compile(playing);
  load(agent, playing.state);
  const frames = nanoSequences(1, BATCH, 0).observations;
  const inputs = {
    observations: frames,
    previousActions: Int32Array.of(-1, -1),
    isFirst: Float32Array.of(1, 1),
    uniform: new Float32Array(BATCH),
    actionUniform: Float32Array.of(0.1, 0.9),
  };
  const first = await agent.run(inputs);
  const later = await agent.run({
    ...inputs,
    previousActions: Int32Array.of(2, 1),
    isFirst: new Float32Array(BATCH),
    uniform: Float32Array.of(0.5, 0.5),
  });
  expect(later).toEqual(first);
  const elsewhere = await agent.run({ ...inputs, observations: frames.map((level) => 255 - level) });
  expect(elsewhere['logits']).not.toEqual(first['logits']);
  await agent.dispose();
});
