import type { QueueItem } from '../../shared/contract/queue';
import { describeError } from '../../shared/errors';
import { Registry } from '../registry/registry';
import { isAlive, readHeartbeat } from '../trainer/heartbeat';
import { datasetFolder, runFolder } from '../trainer/home';
import { ExperimentStore } from './experiments/experiment-store';
import { startExperiment } from './experiments/start-experiment';
import { claimHome } from './claim-home';
import { DemoStore } from './demo/demo-store';
import { startDemo } from './demo/start-demo';
import { DreamerProcess } from './dreamer-process';
import { EventHub } from './event-hub';
import { followOrphans } from './orphans';
import { Notices } from './notices';
import { JobQueue, type Work } from './queue';
import { runJob, type JobEvent } from './supervisor';

/** The studio process: what all pages share. The command line does without it. */
export class Studio {
  readonly registry: Registry;
  readonly hub = new EventHub();
  readonly notices = new Notices(this.hub);
  readonly demos: DemoStore;
  readonly experiments: ExperimentStore;
  readonly queue: JobQueue;
  readonly dreamer: DreamerProcess;
  readonly #stopFollowing: () => void;
  readonly #letGo: () => void;

  private constructor(registry: Registry, letGo: () => void) {
    this.registry = registry;
    this.#letGo = letGo;
    this.demos = new DemoStore(
      registry.home,
      (demo) => this.hub.emit({ type: 'demo', demo }),
      (text) => this.notices.add('warning', text),
    );
    this.experiments = new ExperimentStore(
      registry,
      (experiment) => this.hub.emit({ type: 'experiment', experiment }),
      (text) => this.notices.add('warning', text),
    );
    this.queue = new JobQueue({
      home: registry.home,
      start: (item) => this.#start(item),
      onChange: (queue) => this.hub.emit({ type: 'queue', queue }),
      onProblem: (text) => this.notices.add('error', text),
    });
    this.dreamer = new DreamerProcess(registry.home);
    this.#stopFollowing = followOrphans(this);
  }

  /** Opens the registry of a home and goes on with its queue. Throws StudioError if another studio has it open. */
  static async open(home: string): Promise<Studio> {
    const letGo = claimHome(home);
    const studio = new Studio(await Registry.open(home), letGo);
    studio.passOnNotices();
    studio.queue.next();
    return studio;
  }

  /** Pauses what runs (a checkpoint is written), then closes the registry. */
  async close(): Promise<void> {
    this.#stopFollowing();
    // The next one may open while what runs is paused.
    this.#letGo();
    await Promise.all([this.queue.close(), this.dreamer.close()]);
    this.registry.close();
  }

  /** What the registry has to say since the last time. */
  passOnNotices(): void {
    for (const text of this.registry.notices.splice(0)) this.notices.add('warning', text);
  }

  /** To call after every change of a run that no job event tells. */
  runChanged(runId: string): void {
    this.hub.emit({ type: 'run', runId, state: this.registry.getRun(runId).state });
  }

  /** Passes on to the pages what a trainer and its supervisor say. */
  readonly passOn = (runId: string, event: JobEvent): void => {
    switch (event.type) {
      case 'progress':
        return this.hub.emit({ ...event, runId });
      case 'metrics':
        return this.hub.emit({ type: 'metrics', runId });
      case 'checkpoint':
        return this.hub.emit({ type: 'checkpoint', runId, step: event.step });
      case 'artifact':
        return this.hub.emit({ type: 'artifact', runId, kind: event.artifact.kind });
      case 'log':
        return this.hub.emit({ type: 'log', runId });
      case 'started':
        return this.runChanged(runId);
      case 'notice':
        return this.notices.add('warning', event.text, runId);
      case 'stalled':
        return this.notices.add('warning', stalledText(event.silentSeconds), runId);
      case 'ended':
        return void this.#ended(runId, event);
    }
  };

  async #ended(runId: string, { state }: Extract<JobEvent, { type: 'ended' }>): Promise<void> {
    const { kind, name, configuration } = this.registry.getRun(runId);
    this.runChanged(runId);
    if (state.status === 'failed' || state.status === 'interrupted') {
      this.notices.add(state.status === 'failed' ? 'error' : 'warning', `${name}: ${state.message}`, runId);
    }
    if (kind !== 'record') return;
    try {
      const folder = datasetFolder(this.registry.home, String(configuration['datasetId']));
      await this.registry.registerDataset(folder);
      this.hub.emit({ type: 'datasets' });
    } catch (error) {
      this.notices.add('warning', describeError(error), runId);
    }
  }

  async #start(item: QueueItem): Promise<Work> {
    if (item.type === 'demo') return startDemo(this, item.id);
    if (item.type === 'experiment') return startExperiment(this, item.id);
    const { home } = this.registry;
    await trainerGone(runFolder(home, item.id));
    const job = await runJob(home, this.registry, item.id, {
      onEvent: (event) => this.passOn(item.id, event),
    });
    return { done: job.done.then(() => {}), pause: () => job.pause(), stop: () => job.stop() };
  }
}

const stalledText = (seconds: number): string =>
  `The trainer has been silent for ${seconds} s: it may hang, or the machine is overloaded. It is left to go on.`;

const patienceMilliseconds = 60_000;

/** After a studio died, its trainer still writes a checkpoint: whoever resumes the run at once waits for that. */
async function trainerGone(folder: string): Promise<void> {
  const end = Date.now() + patienceMilliseconds;
  for (;;) {
    const heartbeat = readHeartbeat(folder);
    const alive = heartbeat && heartbeat.pid !== process.pid && isAlive(heartbeat);
    if (!alive || Date.now() > end) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
