import { SvelteMap } from 'svelte/reactivity';
import { demoSteps, type DemoState } from '../../shared/contract/demo';
import { experimentShare, type ExperimentState } from '../../shared/contract/experiments';
import type { QueueState } from '../../shared/contract/queue';
import type { StudioEvent } from '../../shared/contract/studio';
import { connection, studio } from './connection.svelte';

type Progress = Extract<StudioEvent, { type: 'progress' }>;

interface Now {
  readonly title: string;
  readonly href: string;
  /** 0 to 1. */
  readonly share: number;
  readonly secondsLeft: number | undefined;
}

/** What the studio is doing, kept up to date by its events, for everything that shows it. */
class Activity {
  queue = $state.raw<QueueState>({ current: null, waiting: [], held: null });
  /** By id. */
  readonly demos = new SvelteMap<string, DemoState>();
  /** By id. */
  readonly experiments = new SvelteMap<string, ExperimentState>();
  /** The last that was heard of each run that runs. */
  readonly progress = new SvelteMap<string, Progress>();
  readonly now = $derived(this.#describe());

  /** Listens for as long as the page lives. */
  start(): void {
    connection.listen((event) => {
      if (event.type === 'reconnected') void this.load();
      if (event.type === 'queue') this.queue = event.queue;
      if (event.type === 'demo') this.demos.set(event.demo.id, event.demo);
      if (event.type === 'experiment') this.experiments.set(event.experiment.id, event.experiment);
      if (event.type === 'progress') this.progress.set(event.runId, event);
      if (event.type === 'run' && event.state?.status !== 'running') this.progress.delete(event.runId);
    });
  }

  async load(): Promise<void> {
    const [queue, demos, experiments] = await Promise.all([
      studio().queue.get({}),
      studio().demo.list({}),
      studio().experiments.list({}),
    ]);
    this.queue = queue;
    for (const demo of demos) this.demos.set(demo.id, demo);
    this.experiments.clear();
    for (const experiment of experiments) this.experiments.set(experiment.id, experiment);
  }

  #describe(): Now | undefined {
    const { current } = this.queue;
    if (!current) return undefined;
    if (current.type === 'run') {
      const progress = this.progress.get(current.id);
      return {
        title: progress?.phase ?? 'Starting',
        href: `#/runs/${current.id}`,
        share: progress && progress.totalSteps > 0 ? progress.step / progress.totalSteps : 0,
        secondsLeft: progress?.secondsLeft,
      };
    }
    if (current.type === 'experiment') {
      const state = this.experiments.get(current.id);
      return {
        title: state?.experiment.title ?? 'Experiment',
        href: '#/experiments',
        share: experimentShare(state?.progress ?? null),
        secondsLeft: state?.progress?.secondsLeft ?? undefined,
      };
    }
    const progress = this.demos.get(current.id)?.progress;
    const step = demoSteps.find(({ id }) => id === progress?.step);
    return {
      title: step ? `Demo: ${step.title.toLowerCase()}` : 'Demo',
      href: '#/',
      share: progress?.totalShare ?? 0,
      secondsLeft: progress?.totalSecondsLeft,
    };
  }
}

export const activity = new Activity();
