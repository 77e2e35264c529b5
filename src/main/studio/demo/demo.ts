import { randomUUID } from 'node:crypto';
import type { DemoStepId } from '../../../shared/contract/demo';
import type { EvaluationResult } from '../../../shared/evaluation';
import type { JobEvent } from '../supervisor';
import type { Registry } from '../../registry/registry';
import { datasetFolder } from '../../trainer/home';
import { StudioError } from '../../../shared/errors';
import { createAgentRun } from '../create-agent-run';
import { createEvaluation } from '../create-evaluation';
import { createRecording } from '../create-recording';
import { createWorldModelRun } from '../create-world-model-run';
import { exportPolicy } from '../export-onnx';
import { ResumableRuns, type ResumableRunsOptions, type RunMemory } from '../resumable-runs';
import { writeRunArtifact } from '../run-artifacts';
import { drawFilmstrip, drawLearningCurve } from './figures';
import { demoEnvironment, findDemoSize, largestDemoSeed, recordingSeed } from './plan';
import type { DemoRecording, DemoSize } from './plan';
import { DemoClock, type DemoProgress } from './progress';
import { readEvaluation } from './results';

export interface DemoOptions extends ResumableRunsOptions {
  preset: string;
  seed: number;
  onProgress?: (progress: DemoProgress) => void;
  /** Something that a person should know and that does not end the demo. */
  onNotice?: (text: string) => void;
  /** What an earlier attempt at this demo has made; what is finished is not made again. */
  memory?: DemoMemory;
}

/** What a demo remembers, so that it can go on after it was interrupted. */
export interface DemoMemory extends RunMemory {
  /** Datasets' ids end with it: every demo has datasets of its own. */
  readonly label: string;
}

/** Of a demo that cannot be gone on with. */
function shortMemory(seed: number): DemoMemory {
  const runs = new Map<string, string>();
  return {
    label: demoLabel(seed),
    find: (purpose) => runs.get(purpose),
    keep: (purpose, runId) => void runs.set(purpose, runId),
  };
}

/** Seed and a few digits of chance. */
export const demoLabel = (seed: number): string => `seed${seed}-${randomUUID().slice(0, 6)}`;

export const demoDatasets = (label: string) => ({
  expert: `demo-expert-${label}`,
  practice: `demo-practice-${label}`,
});

export interface DemoResult {
  expert: EvaluationResult;
  ditto: EvaluationResult;
  bc: EvaluationResult;
  random: EvaluationResult;
  /** Wall-clock time of everything. */
  seconds: number;
  datasets: { expert: string; practice: string };
  runs: { worldModel: string; ditto: string; bc: string; evaluation: string };
  /** Paths of what was made for people. */
  files: { policy: string; filmstrip: string; learningCurve: string };
  /** Largest difference of the exported policy from its checkpoint. */
  exportDifference: number;
}

/** The engine of the demo: its numbers are the same, bit for bit, on every machine of one kind of CPU. */
const engine = 'onnxruntime:cpu';

/**
 * From nothing to an imitation agent that plays: records, trains, evaluates and draws, each step a run of its own. Throws
 * RunNotFinished where a run was paused or failed.
 */
export async function runDemo(registry: Registry, options: DemoOptions): Promise<DemoResult> {
  const size = findDemoSize(options.preset);
  if (!Number.isInteger(options.seed) || options.seed < 0 || options.seed > largestDemoSeed) {
    throw new StudioError(
      `The demo's seed cannot be ${options.seed}: choose one from 0 to ${largestDemoSeed}.`,
    );
  }
  return new Demo(registry, options, size).run();
}

class Demo {
  readonly #registry: Registry;
  readonly #options: DemoOptions;
  readonly #size: DemoSize;
  readonly #clock: DemoClock;
  readonly #datasets: ReturnType<typeof demoDatasets>;
  readonly #runs: ResumableRuns;

  constructor(registry: Registry, options: DemoOptions, size: DemoSize) {
    this.#registry = registry;
    this.#options = options;
    this.#size = size;
    this.#clock = new DemoClock(size.seconds);
    const memory = options.memory ?? shortMemory(options.seed);
    this.#datasets = demoDatasets(memory.label);
    this.#runs = new ResumableRuns(registry, memory, options);
  }

  async run(): Promise<DemoResult> {
    const started = performance.now();
    const { preset, seed } = this.#options;
    const datasets = this.#datasets;
    const firstSeed = recordingSeed(seed);
    const { expertEpisodes: episodes } = this.#size;
    await this.#record('expert', datasets.expert, firstSeed, [
      { policy: 'expert', noisePercent: 0, episodes },
    ]);
    await this.#record('practice', datasets.practice, firstSeed + episodes, this.#size.practice);

    const training = { preset, engine, settings: { seed } };
    const worldModel = await this.#runs.ensure('world-model', 'world-model', (id) =>
      createWorldModelRun(this.#registry, {
        ...{ ...training, id, dataset: datasets.practice },
        name: `Demo world model, seed ${seed}`,
      }),
    );
    await this.#follow('world-model', worldModel);
    const agent = { ...training, dataset: datasets.expert };
    const ditto = await this.#runs.ensure('ditto', 'agent', (id) =>
      createAgentRun(this.#registry, {
        ...{ ...agent, id, method: 'ditto', worldModel },
        name: `Demo DITTO, seed ${seed}`,
      }),
    );
    await this.#follow('ditto', ditto);
    const bc = await this.#runs.ensure('bc', 'agent', (id) =>
      createAgentRun(this.#registry, {
        ...{ ...agent, id, method: 'bc' },
        name: `Demo behaviour cloning, seed ${seed}`,
      }),
    );
    await this.#follow('bc', bc);

    const evaluation = await this.#runs.ensure('evaluation', 'evaluation', (id) =>
      createEvaluation(this.#registry, {
        id,
        policies: ['expert', 'random'],
        agents: [ditto, bc],
        dataset: datasets.expert,
        worldModel,
        settings: { episodes: this.#size.evaluationEpisodes, gradientSteps: 1 },
        name: `Demo evaluation, seed ${seed}`,
        engine,
      }),
    );
    const results = readEvaluation(await this.#follow('evaluation', evaluation));
    const made = await this.#makeFiles(ditto, bc);
    return {
      expert: results.get('expert')!,
      ditto: results.get(ditto)!,
      bc: results.get(bc)!,
      random: results.get('random')!,
      seconds: (performance.now() - started) / 1000,
      datasets,
      runs: { worldModel, ditto, bc, evaluation },
      ...made,
    };
  }

  /** Several recordings into one dataset, on consecutive seeds. */
  async #record(
    step: DemoStepId,
    dataset: string,
    firstSeed: number,
    recordings: readonly DemoRecording[],
  ): Promise<void> {
    this.#begin(step);
    const total = recordings.reduce((sum, { episodes }) => sum + episodes, 0);
    let recorded = 0;
    for (const [index, { policy, noisePercent, episodes }] of recordings.entries()) {
      const run = await this.#runs.ensure(`${step}-${index}`, 'record', (id) =>
        createRecording(this.#registry, {
          id,
          environment: demoEnvironment,
          policy,
          dataset,
          settings: { episodes, noisePercent, seed: firstSeed + recorded },
        }),
      );
      await this.#runs.finish(run, (event) => {
        if (event.type === 'progress') this.#report(step, event.phase, recorded + event.step, total);
        else this.#pass(event);
      });
      recorded += episodes;
    }
    await this.#registry.registerDataset(datasetFolder(this.#registry.home, dataset));
  }

  #follow(step: DemoStepId, runId: string): Promise<unknown> {
    this.#begin(step);
    const { totalSteps } = this.#registry.getRun(runId).state;
    return this.#runs.finish(runId, (event) => {
      if (event.type !== 'progress') return this.#pass(event);
      // Preparations count their own steps, e.g. the expert's episodes that are encoded.
      if (event.totalSteps !== totalSteps) this.#report(step, event.phase, 0, totalSteps);
      else this.#report(step, event.phase, event.step, totalSteps, event.secondsLeft);
    });
  }

  async #makeFiles(ditto: string, bc: string): Promise<Pick<DemoResult, 'files' | 'exportDifference'>> {
    this.#begin('figures');
    this.#report('figures', 'Exporting the policy', 0, 3);
    const { model, largestDifference } = await exportPolicy(this.#registry, ditto);
    const policy = writeRunArtifact(this.#registry, ditto, 'policy-onnx', 'policy.onnx', model);
    this.#report('figures', 'Drawing the filmstrip', 1, 3);
    const filmstrip = await drawFilmstrip(this.#registry, ditto, demoEnvironment);
    this.#report('figures', 'Drawing the learning curve', 2, 3);
    const curve = await drawLearningCurve(this.#registry, ditto, bc);
    this.#clock.finish();
    this.#report('figures', 'Done', 3, 3);
    return { files: { policy, filmstrip, learningCurve: curve }, exportDifference: largestDifference };
  }

  #begin(step: DemoStepId): void {
    this.#clock.begin(step);
    this.#report(step, 'Starting', 0, 1);
  }

  #report(step: DemoStepId, phase: string, done: number, total: number, secondsLeft?: number): void {
    const share = total > 0 ? done / total : 0;
    const estimate = this.#clock.estimate(share, secondsLeft);
    this.#options.onProgress?.({ step, phase, done, total, secondsLeft, ...estimate });
  }

  #pass(event: JobEvent): void {
    if (event.type === 'notice') this.#options.onNotice?.(event.text);
    if (event.type === 'log' && event.level !== 'information') this.#options.onNotice?.(event.text);
    if (event.type === 'stalled') {
      this.#options.onNotice?.(
        `The trainer has been silent for ${event.silentSeconds} s; the machine may be overloaded.`,
      );
    }
  }
}
