import { readFileSync } from 'node:fs';
import type { AgentMethod } from '../src/shared/configuration/agent';
import { StudioError } from '../src/shared/errors';
import type { Registry } from '../src/main/registry/registry';
import { createAgentRun } from '../src/main/studio/create-agent-run';
import { createWorldModelRun } from '../src/main/studio/create-world-model-run';
import { elements, memoryBytes } from '../src/main/studio/estimate/memory';
import { planRun, type Plan } from '../src/main/studio/estimate/plan-run';
import type { Settings } from '../src/main/studio/settings';
import { describeMachine, describeVersions } from './machine';
import { BENCH_DATASET, finishTraining, inTemporaryStudio } from './temporary-studio';

export interface MemoryReport {
  trainings: MeasuredTraining[];
  machine: string;
  versions: Record<string, string>;
}

/** The most memory that a trainer's process held, and what the forms say of it before. */
export interface MeasuredTraining {
  training: string;
  measuredMiB: number;
  estimatedMiB: number;
  /** What the estimate is made of, in numbers of four bytes. */
  parameters: number;
  carried: number;
  frozen: number;
  activations: number;
  latents: number;
}

interface MemoryCase {
  method: 'world-model' | AgentMethod;
  preset: string;
  settings: Settings;
}

const EPISODES = 20;
const STEPS = 6;
const POLL_MS = 50;

const CASES: readonly MemoryCase[] = [
  { method: 'world-model', preset: 'nano', settings: {} },
  { method: 'world-model', preset: 'nano', settings: { batchSize: 64 } },
  { method: 'world-model', preset: 'tiny', settings: {} },
  { method: 'world-model', preset: 'tiny', settings: { batchSize: 32 } },
  { method: 'world-model', preset: 'tiny', settings: { sequenceLength: 64 } },
  { method: 'world-model', preset: 'small', settings: { batchSize: 4 } },
  { method: 'world-model', preset: 'small', settings: {} },
  { method: 'world-model', preset: 'medium', settings: { batchSize: 1, sequenceLength: 4 } },
  { method: 'world-model', preset: 'medium', settings: { batchSize: 4, sequenceLength: 16 } },
  { method: 'ditto', preset: 'nano', settings: {} },
  { method: 'ditto', preset: 'tiny', settings: {} },
  { method: 'ditto', preset: 'tiny', settings: { batchSize: 1024 } },
  { method: 'ditto', preset: 'small', settings: {} },
  { method: 'd-gail', preset: 'tiny', settings: {} },
  { method: 'd-bc', preset: 'tiny', settings: {} },
  { method: 'd-bc', preset: 'small', settings: {} },
  { method: 'bc', preset: 'tiny', settings: {} },
  { method: 'bc', preset: 'tiny', settings: { batchSize: 512 } },
  { method: 'bc', preset: 'small', settings: { batchSize: 8 } },
];

/** Trains a few steps of each case in a trainer of its own, with validation and checkpoint. On Linux alone. */
export async function benchMemory(): Promise<MemoryReport> {
  if (process.platform !== 'linux')
    throw new StudioError('The peak of another process is read from /proc, which only Linux has.');
  return inTemporaryStudio(EPISODES, async (registry) => {
    const worldModels = new Map<string, string>();
    const trainings: MeasuredTraining[] = [];
    for (const one of CASES) {
      const id = await makeRun(registry, one, worldModels.get(one.preset));
      const peak = await peakOf(registry, id);
      if (one.method === 'world-model') worldModels.set(one.preset, id);
      const plan = await planRun(registry, registry.getRun(id));
      const changed = Object.entries(one.settings).map(([name, value]) => `, ${name} ${String(value)}`);
      trainings.push({
        training: `${one.method} ${one.preset}${changed.join('')}`,
        measuredMiB: peak,
        estimatedMiB: memoryBytes(plan) / 2 ** 20,
        ...sizesOf(plan),
      });
    }
    return { trainings, machine: describeMachine(), versions: describeVersions() };
  });
}

async function makeRun(
  registry: Registry,
  { method, preset, settings }: MemoryCase,
  worldModel: string | undefined,
): Promise<string> {
  const interval = { checkpointInterval: STEPS, validationInterval: STEPS };
  const common = { dataset: BENCH_DATASET, preset, engine: 'onnxruntime:cpu' };
  if (method === 'world-model') {
    const run = { ...common, settings: { steps: STEPS, ...interval, ...settings } };
    return (await createWorldModelRun(registry, run)).id;
  }
  const episodes = { expertEpisodes: 12, validationEpisodes: 4 };
  const run = { ...common, method, settings: { steps: STEPS, ...episodes, ...interval, ...settings } };
  return (await createAgentRun(registry, { ...run, worldModel: method === 'bc' ? undefined : worldModel }))
    .id;
}

/** Runs it, and returns the most memory that its trainer held, in mebibytes. */
async function peakOf(registry: Registry, runId: string): Promise<number> {
  let peak = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    await finishTraining(registry, runId, {
      onEvent: (event) => {
        if (event.type !== 'started') return;
        timer = setInterval(() => (peak = Math.max(peak, highWaterMark(event.pid))), POLL_MS);
      },
    });
  } finally {
    clearInterval(timer);
  }
  return peak;
}

/** Zero once the process has ended. */
function highWaterMark(pid: number): number {
  try {
    const [, kibibytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) / 2 ** 10;
  } catch {
    return 0;
  }
}

function sizesOf({ parameters, carried, frozen, activations, latents }: Plan) {
  return {
    ...{ parameters: elements(parameters), carried: elements(carried), frozen: elements(frozen) },
    ...{ activations, latents },
  };
}
