import { join } from 'node:path';
import { demoStateSchema, type DemoState } from '../../../shared/contract/demo';
import { StudioError } from '../../../shared/errors';
import { WorkStore } from '../work-store';
import { demoDatasets, demoLabel, type DemoMemory } from './demo';

/** The demos of a home, each in `demos/<id>.json`. */
export class DemoStore {
  readonly #store: WorkStore<DemoState>;

  constructor(home: string, onChange: (demo: DemoState) => void, onNotice: (text: string) => void) {
    this.#store = new WorkStore({
      ...{ folder: join(home, 'demos'), schema: demoStateSchema, onChange, onNotice },
      interrupted: 'The studio ended while the demo was at work: resume it, and it goes on where it was.',
    });
  }

  /** Newest first. */
  list(): DemoState[] {
    return this.#store.list();
  }

  get(id: string): DemoState {
    const demo = this.#store.find(id);
    if (!demo) throw new StudioError(`There is no demo "${id}": start another one.`);
    return demo;
  }

  create(preset: string, seed: number): DemoState {
    const label = demoLabel(seed);
    const demo: DemoState = {
      ...{ id: `demo-${label}`, preset, seed, created: new Date().toISOString() },
      ...{ status: 'queued', message: 'Waiting for its turn', runs: {}, progress: null, worker: null },
      datasets: demoDatasets(label),
    };
    this.#store.keep(demo);
    return demo;
  }

  update(id: string, change: Partial<DemoState>): void {
    this.#store.keep({ ...this.get(id), ...change });
  }

  report(id: string, progress: DemoState['progress']): void {
    this.#store.report({ ...this.get(id), progress });
  }

  memoryOf(id: string): DemoMemory {
    return {
      label: id.replace(/^demo-/, ''),
      find: (purpose) => this.get(id).runs[purpose],
      keep: (purpose, runId) => this.update(id, { runs: { ...this.get(id).runs, [purpose]: runId } }),
    };
  }
}
