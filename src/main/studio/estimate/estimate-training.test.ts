import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TrainingRequest } from '../../../shared/contract/training';
import { StudioError } from '../../../shared/errors';
import type { Registry } from '../../registry/registry';
import { runFolder } from '../../trainer/home';
import { metricsFile } from '../../trainer/metrics';
import { readDescription, versions } from '../../trainer/run-folder';
import { keepBenchmark } from '../benchmark/store';
import { createForSeeds } from '../create-for-seeds';
import { engine, fakeAgent, fakeWorldModel, recordDataset, temporaryStudio } from '../testing/studio';
import { estimateTraining } from './estimate-training';

const worldModel = (dataset: string, settings: TrainingRequest['settings'] = {}): TrainingRequest => ({
  ...{ kind: 'world-model', dataset, preset: 'nano', settings, engine },
});
const small = { expertEpisodes: 1, validationEpisodes: 1 };

/** As a training of steps of so many milliseconds leaves them, with a pause and validations in between. */
function writeMetrics(registry: Registry, runId: string, milliseconds: number): void {
  const rows: string[] = [];
  let time = 1_700_000_000_000;
  for (let at = 1; at <= 40; at++) {
    time += milliseconds + (at === 20 ? 3_600_000 : 0);
    rows.push(JSON.stringify({ step: at, time, loss: 1 }));
    if (at % 10 === 0) rows.push(JSON.stringify({ step: at, time: (time += 500), 'validation/loss': 1 }));
  }
  writeFileSync(metricsFile(runFolder(registry.home, runId)), `${rows.join('\n')}\n`);
}

test('nothing measured, sizes are known but no time', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const estimate = await estimateTraining(registry, worldModel(dataset));
  expect(estimate).toMatchObject({ steps: 60, time: null });
  const larger = await estimateTraining(registry, worldModel(dataset, { batchSize: 40, keepCheckpoints: 8 }));
  expect(larger.parameters).toBe(estimate.parameters);
  expect(larger.stepOperations / estimate.stepOperations).toBeCloseTo(10, 9);
  expect(larger.diskBytes / estimate.diskBytes).toBeCloseTo(2, 9);
  expect(larger.memoryBytes).toBeGreaterThan(estimate.memoryBytes);
});

test("a benchmark of the engine tells a step's time, and is believed on its own processor alone", async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const { stepOperations } = await estimateTraining(registry, worldModel(dataset));
  const steps = [
    { training: 'world-model', preset: 'nano', operations: stepOperations, milliseconds: 7, count: 3 },
  ] as const;
  const benchmark = {
    ...{ engine, measured: new Date().toISOString(), processor: 'another', onnxruntime: '1' },
    ...{ gemmGflops: 100, steps: [...steps], otherLoad: 0 },
  };
  keepBenchmark(registry.home, benchmark);
  expect((await estimateTraining(registry, worldModel(dataset))).time).toBeNull();
  keepBenchmark(registry.home, { ...benchmark, processor: versions().cpu });
  const { time } = await estimateTraining(registry, worldModel(dataset));
  expect(time).toMatchObject({ stepMilliseconds: 7, totalSeconds: 0.42 });
  expect(time!.basis).toMatch(/self-benchmark of onnxruntime:cpu/);
});

test('earlier runs of the kind are believed rather than the benchmark', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 3);
  const model = await fakeWorldModel(registry, dataset);
  writeMetrics(registry, model.id, 30);
  const { time } = await estimateTraining(registry, worldModel(dataset));
  expect(time).toMatchObject({ stepMilliseconds: 30, totalSeconds: 1.8 });
  expect(time!.basis).toMatch(/an earlier run of a world model .* "World model of pursuit"/);

  const agent = await fakeAgent(registry, 'ditto', dataset, model.id);
  writeMetrics(registry, agent.id, 12);
  const ask = (method: 'ditto' | 'd-bc'): TrainingRequest => ({
    ...{ kind: 'agent', method, dataset, worldModel: model.id, preset: 'nano', settings: small, engine },
  });
  expect((await estimateTraining(registry, ask('ditto'))).time?.stepMilliseconds).toBe(12);
  // A benchmark of a step of that very size is believed rather than a run of quite another.
  const { stepOperations } = await estimateTraining(registry, worldModel(dataset, { batchSize: 64 }));
  keepBenchmark(registry.home, {
    ...{ engine, measured: new Date().toISOString(), processor: versions().cpu, onnxruntime: '1' },
    ...{ gemmGflops: 100, otherLoad: 0 },
    steps: [
      { training: 'world-model', preset: 'nano', operations: stepOperations, milliseconds: 99, count: 3 },
    ],
  });
  const large = (await estimateTraining(registry, worldModel(dataset, { batchSize: 64 }))).time;
  expect(large?.stepMilliseconds).toBe(99);
  expect((await estimateTraining(registry, worldModel(dataset))).time?.stepMilliseconds).toBe(30);

  // Another method's runs, and a world model's, say nothing of its time.
  expect((await estimateTraining(registry, ask('d-bc'))).time).toBeNull();
});

test('what could not run is refused with the reason', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const agent: TrainingRequest = {
    ...{ kind: 'agent', method: 'bc', dataset, preset: 'nano', settings: {}, engine },
  };
  await expect(estimateTraining(registry, agent)).rejects.toThrow(/has 2 episodes, but 4/);
  await expect(estimateTraining(registry, worldModel('nothing'))).rejects.toThrow(StudioError);
  const model = await createForSeeds(registry, worldModel(dataset), [1]);
  const untrained = { ...agent, method: 'ditto' as const, worldModel: model[0]!.id, settings: small };
  await expect(estimateTraining(registry, untrained)).rejects.toThrow(/no checkpoint yet/);
});

test('each seed gets a run of its own, or none does', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const runs = await createForSeeds(registry, worldModel(dataset), [3, 5, 3], 'Mine');
  expect(runs.map(({ name, seed }) => [name, seed])).toEqual([
    ['Mine, seed 3', 3],
    ['Mine, seed 5', 5],
  ]);
  expect(readDescription(runFolder(registry.home, runs[1]!.id)).configuration['training']).toMatchObject({
    seed: 5,
  });
  await expect(createForSeeds(registry, worldModel(dataset), [7, -1])).rejects.toThrow(/seed cannot be -1/);
  expect(registry.listRuns()).toHaveLength(2);
});
