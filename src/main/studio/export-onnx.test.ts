import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { exportPolicy } from './export-onnx';
import { fakeAgent, fakeWorldModel, recordDataset, temporaryStudio } from './testing/studio';

test('a DITTO agent is exported with its world model, and its recurrent state goes in and out', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 1);
  const worldModel = await fakeWorldModel(registry, dataset);
  const agent = await fakeAgent(registry, 'ditto', dataset, worldModel.id);
  const { model, inputs, outputs, largestDifference } = await exportPolicy(registry, agent.id);
  expect(largestDifference).toBeLessThan(1e-5);
  expect(inputs).toEqual(expect.arrayContaining(['observations', 'deterministic', 'stochastic']));
  expect(outputs).toEqual(
    expect.arrayContaining(['actions', 'logits', 'next_deterministic', 'next_stochastic']),
  );
  const session = await ort.InferenceSession.create(model);
  expect(session.inputNames).toEqual(inputs);
  await session.release();
});

test('a pixel agent is exported by itself', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 1);
  const agent = await fakeAgent(registry, 'bc', dataset);
  const { inputs, largestDifference } = await exportPolicy(registry, agent.id);
  expect(largestDifference).toBeLessThan(1e-5);
  expect(inputs).not.toContain('deterministic');
});

test.each(['ditto', 'bc'] as const)('a %s agent whose actions are vectors is exported', async (method) => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'bipedal-walker', 'random', 1);
  const worldModel = await fakeWorldModel(registry, dataset);
  const agent = await fakeAgent(registry, method, dataset, method === 'bc' ? undefined : worldModel.id);
  const { model, largestDifference } = await exportPolicy(registry, agent.id);
  expect(largestDifference).toBeLessThan(1e-5);
  const session = await ort.InferenceSession.create(model);
  const actions = session.outputMetadata.find(({ name }) => name === 'actions');
  expect(actions).toMatchObject({ type: 'float32', shape: [1, 4] });
  await session.release();
});

test('what is no agent is not exported', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 1);
  const worldModel = await fakeWorldModel(registry, dataset);
  await expect(exportPolicy(registry, worldModel.id)).rejects.toThrow(/choose a run of kind agent/);
  await expect(exportPolicy(registry, 'nope')).rejects.toThrow(/no run "nope"/);
});
