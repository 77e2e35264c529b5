import { randomGenerator } from '../src/shared/random';
import { Registry } from '../src/main/registry/registry';
import { runFolder } from '../src/main/trainer/home';
import { MetricsWriter } from '../src/main/trainer/metrics';
import { createRunFolder, readState } from '../src/main/trainer/run-folder';

export interface CompareRegistryOptions {
  runs: number;
  points: number;
}

const seedsPerGroup = 5;

/**
 * Fills a home with runs, each with a noisy falling loss of a point a step; five at a time differ in their seeds alone.
 * Everything goes the usual way: run folders, `metrics.jsonl`, and the registry taking it in.
 * @returns ids of the runs, and the seconds that taking them in took
 */
export async function fillRegistry(
  home: string,
  { runs, points }: CompareRegistryOptions,
): Promise<{ runIds: string[]; ingestSeconds: number }> {
  const registry = await Registry.open(home);
  const runIds: string[] = [];
  let ingestSeconds = 0;
  try {
    for (let index = 0; index < runs; index++) {
      const runId = addRun(registry, index, points);
      const begin = performance.now();
      registry.ingestMetrics(runId);
      ingestSeconds += (performance.now() - begin) / 1000;
      runIds.push(runId);
    }
  } finally {
    registry.close();
  }
  return { runIds, ingestSeconds };
}

function addRun(registry: Registry, index: number, points: number): string {
  const seed = index % seedsPerGroup;
  const group = Math.floor(index / seedsPerGroup);
  const learningRate = 1e-4 * (group + 1);
  const run = createRunFolder(
    registry.home,
    {
      kind: 'world-model',
      name: `Learning rate ${learningRate.toExponential(1)}`,
      seed,
      preset: 'small',
      configuration: { learningRate, steps: points, training: { seed } },
      datasets: [],
      parents: [],
      engine: 'onnxruntime:cpu',
    },
    points,
  );
  const folder = runFolder(registry.home, run.id);
  registry.upsertRun(run, readState(folder));
  const random = randomGenerator(index, 'bench-compare');
  const writer = new MetricsWriter(folder);
  for (let step = 1; step <= points; step++) {
    const trend = 1 + group / 10 + 3 * Math.exp((-6 * step) / points);
    writer.write(step, { loss: trend * (1 + 0.1 * random.normal()) });
    if (step % 10_000 === 0) writer.flush();
  }
  writer.close();
  const finished = { status: 'finished', step: points, message: 'Finished' } as const;
  registry.setStatus(run.id, (state) => ({ ...state, ...finished, updated: new Date().toISOString() }));
  return run.id;
}
