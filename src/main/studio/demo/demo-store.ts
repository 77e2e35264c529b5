import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoStateSchema, type DemoState } from '../../../shared/contract/demo';
import { StudioError, describeError } from '../../../shared/errors';
import { readJson, writeJson } from '../../trainer/files';
import { demoDatasets, demoLabel, type DemoMemory } from './demo';

/** The demos of a home, each in `demos/<id>.json`. */
export class DemoStore {
  readonly #folder: string;
  readonly #demos = new Map<string, DemoState>();
  readonly #onChange: (demo: DemoState) => void;

  constructor(home: string, onChange: (demo: DemoState) => void, onNotice: (text: string) => void) {
    this.#folder = join(home, 'demos');
    this.#onChange = onChange;
    if (!existsSync(this.#folder)) return;
    for (const name of readdirSync(this.#folder).filter((file) => /^[a-z0-9-]+\.json$/.test(file))) {
      try {
        const demo = readJson(join(this.#folder, name), demoStateSchema);
        // Whoever ran it is gone: this process has just started.
        const lost = demo.status === 'running' || demo.status === 'queued';
        this.#demos.set(demo.id, lost ? { ...demo, ...interrupted } : demo);
      } catch (error) {
        onNotice(describeError(error));
      }
    }
  }

  /** Newest first. */
  list(): DemoState[] {
    return [...this.#demos.values()].sort((a, b) => b.created.localeCompare(a.created));
  }

  get(id: string): DemoState {
    const demo = this.#demos.get(id);
    if (!demo) throw new StudioError(`There is no demo "${id}": start another one.`);
    return demo;
  }

  create(preset: string, seed: number): DemoState {
    const label = demoLabel(seed);
    const demo: DemoState = {
      ...{ id: `demo-${label}`, preset, seed, created: new Date().toISOString() },
      ...{ status: 'queued', message: 'Waiting for its turn', runs: {}, progress: null },
      datasets: demoDatasets(label),
    };
    mkdirSync(this.#folder, { recursive: true });
    this.#keep(demo);
    return demo;
  }

  update(id: string, change: Partial<DemoState>): void {
    this.#keep({ ...this.get(id), ...change });
  }

  /** Progress is told, not written: after a restart it is found out again. */
  report(id: string, progress: DemoState['progress']): void {
    const demo = { ...this.get(id), progress };
    this.#demos.set(id, demo);
    this.#onChange(demo);
  }

  memoryOf(id: string): DemoMemory {
    const runs = { ...this.get(id).runs };
    const label = id.replace(/^demo-/, '');
    return { label, runs, save: () => this.update(id, { runs: { ...runs } }) };
  }

  #keep(demo: DemoState): void {
    this.#demos.set(demo.id, demo);
    writeJson(join(this.#folder, `${demo.id}.json`), demo);
    this.#onChange(demo);
  }
}

const interrupted = {
  status: 'interrupted',
  message: 'The studio ended while the demo was at work: resume it, and it goes on where it was.',
} as const;
