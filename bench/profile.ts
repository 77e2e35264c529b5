import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import { StudioError } from '../src/shared/errors';
import { trainingTask } from '../src/main/studio/benchmark/training-task';
import { selectEngine } from '../src/main/tensor/engines';
import { onnxRuntimeEngine, type OnnxRuntimeProvider } from '../src/main/tensor/onnxruntime-engine';
import { TrainStep } from '../src/main/tensor/train-step';
import { inTemporaryFolder } from './temporary-folder';
import type { TrainStepBenchOptions } from './train-step';

export interface OperatorTime {
  operator: string;
  /** Nodes that run in a step. */
  nodes: number;
  stepMs: number;
  /** Of the time in all operators. */
  share: number;
}

interface ProfileEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
  args?: { op_name?: string };
}

/** Where the time of a training step goes, by ONNX operator, most first. Profiling itself slows the step a little. */
export async function profileTrainStep(
  training: BenchmarkTraining,
  options: TrainStepBenchOptions,
): Promise<OperatorTime[]> {
  const provider = await selectProvider(options.engine);
  return inTemporaryFolder(async (folder) => {
    const threads = options.threads ?? availableParallelism();
    const engine = onnxRuntimeEngine({ provider, threads, profilePrefix: join(folder, 'profile') });
    const task = trainingTask(training, options.preset, options);
    const trainStep = await TrainStep.compile(engine, { ...task.step, precision: options.precision }, task);
    for (let step = 0; step < options.steps; step++) await trainStep.run(task.inputs);
    await trainStep.dispose();
    const [file] = await readdir(folder);
    return summarize(
      JSON.parse(await readFile(join(folder, file!), 'utf8')) as ProfileEvent[],
      options.steps,
    );
  });
}

/** Only ONNX Runtime writes such profiles. Throws StudioError if the engine cannot be used. */
async function selectProvider(id: string): Promise<OnnxRuntimeProvider> {
  const engine = await selectEngine(id);
  const [runtime, provider] = engine.id.split(':');
  if (runtime === 'onnxruntime') return provider as OnnxRuntimeProvider;
  throw new StudioError(`The engine ${engine.id} writes no profile: choose one of ONNX Runtime's.`);
}

function summarize(events: readonly ProfileEvent[], steps: number): OperatorTime[] {
  const operators = new Map<string, { events: number; microseconds: number }>();
  for (const { cat, name, dur, args } of events) {
    const operator = args?.op_name;
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || operator === undefined) continue;
    const entry = operators.get(operator) ?? { events: 0, microseconds: 0 };
    operators.set(operator, { events: entry.events + 1, microseconds: entry.microseconds + dur });
  }
  const total = [...operators.values()].reduce((sum, { microseconds }) => sum + microseconds, 0);
  return [...operators]
    .map(([operator, { events: count, microseconds }]) => ({
      operator,
      nodes: Math.round(count / steps),
      stepMs: microseconds / 1000 / steps,
      share: microseconds / total,
    }))
    .sort((a, b) => b.stepMs - a.stepMs);
}
