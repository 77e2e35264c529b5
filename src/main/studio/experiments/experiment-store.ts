import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { experimentStateSchema, type ExperimentState } from '../../../shared/contract/experiments';
import type { Experiment } from '../../../shared/experiment';
import { StudioError } from '../../../shared/errors';
import type { Registry } from '../../registry/registry';
import type { RunMemory } from '../resumable-runs';
import { WorkStore } from '../work-store';
import { planExperiment } from './plan';
import { progressOf } from './progress';

/** The experiments of a home, each in `experiments/<id>.json`. */
export class ExperimentStore {
  readonly #registry: Registry;
  readonly #store: WorkStore<ExperimentState>;

  constructor(
    registry: Registry,
    onChange: (experiment: ExperimentState) => void,
    onNotice: (text: string) => void,
  ) {
    this.#registry = registry;
    this.#store = new WorkStore({
      ...{ folder: join(registry.home, 'experiments'), schema: experimentStateSchema, onChange, onNotice },
      interrupted:
        'What ran the experiment ended while it was at work: resume it, and it goes on where it was.',
    });
  }

  /** Newest first. */
  list(): ExperimentState[] {
    return this.#store.list();
  }

  get(id: string): ExperimentState {
    const state = this.#store.find(id);
    if (state) return state;
    const known = this.list().map((one) => one.id);
    throw new StudioError(
      `There is no experiment "${id}" here: ${known.length > 0 ? `there are ${known.join(', ')}` : 'start one first'}.`,
    );
  }

  /** Finds out how experiments are that another process is at work on, such as the command line, and tells it. */
  refresh(): void {
    this.#store.refresh();
    for (const state of this.list()) {
      if (!this.#store.workerElsewhere(state.id)) continue;
      const progress = progressOf(state, this.#registry);
      if (!isDeepStrictEqual(progress, state.progress)) this.report(state.id, progress);
    }
  }

  /** Throws StudioError if another process is at work on an experiment: two would do the same work at once. */
  requireHere(id: string): void {
    this.#store.refresh();
    const worker = this.#store.workerElsewhere(id);
    if (!worker) return;
    throw new StudioError(
      `Another program, process ${worker.pid}, is at work on the experiment ${id}: wait until it is done, or pause it there.`,
    );
  }

  /** An experiment that is to begin, or to go on with a definition that may have changed; its runs are remembered. */
  prepare(experiment: Experiment): ExperimentState {
    this.requireHere(experiment.id);
    const state: ExperimentState = {
      ...{ id: experiment.id, experiment, status: 'queued', message: 'Waiting for its turn' },
      created: new Date().toISOString(),
      runs: this.#store.find(experiment.id)?.runs ?? {},
      ...{ progress: null, worker: null },
    };
    this.#store.keep(state);
    return state;
  }

  update(id: string, change: Partial<ExperimentState>): void {
    this.#store.keep({ ...this.get(id), ...change });
  }

  report(id: string, progress: ExperimentState['progress']): void {
    this.#store.report({ ...this.get(id), progress });
  }

  remove(id: string): void {
    this.get(id);
    this.requireHere(id);
    this.#store.forget(id);
  }

  /** What an experiment's steps have made, in it or in any other experiment: equal steps make equal runs. */
  memoryOf(id: string): RunMemory {
    return {
      find: (key) => {
        const known = [this.get(id), ...this.list()].flatMap(({ runs }) => runs[key] ?? []);
        const runId = known.find((candidate) => this.#registry.hasRun(candidate));
        if (runId !== undefined && this.get(id).runs[key] !== runId) this.#remember(id, key, runId);
        return runId;
      },
      keep: (key, runId) => this.#remember(id, key, runId),
    };
  }

  /** The newest definition of an experiment, with the runs that it has so far. */
  open(id: string) {
    const { experiment, runs } = this.get(id);
    return { experiment, plan: planExperiment(experiment), runs };
  }

  #remember(id: string, key: string, runId: string): void {
    this.update(id, { runs: { ...this.get(id).runs, [key]: runId } });
  }
}
