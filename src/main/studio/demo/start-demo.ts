import { describeError } from '../../../shared/errors';
import { JobControl, RunNotFinished } from '../follow-run';
import type { Work } from '../queue';
import type { Registry } from '../../registry/registry';
import type { Notices } from '../notices';
import type { JobEvent } from '../supervisor';
import type { DemoStore } from './demo-store';
import { runDemo } from './demo';

/** What a demo needs of the studio. */
interface DemoHost {
  readonly demos: DemoStore;
  readonly registry: Registry;
  readonly notices: Notices;
  readonly passOn: (runId: string, event: JobEvent) => void;
  runChanged(runId: string): void;
}

/** Starts a demo, or goes on with one, as a piece of the queue's work. */
export function startDemo(studio: DemoHost, id: string): Work {
  const { demos, registry, notices } = studio;
  const { preset, seed } = demos.get(id);
  const control = new JobControl();
  demos.update(id, { status: 'running', message: 'Working' });

  async function work(): Promise<void> {
    try {
      const { seconds } = await runDemo(registry, {
        ...{ preset, seed, control, memory: demos.memoryOf(id) },
        onProgress: (progress) => {
          const { step, phase, done, total, totalShare, totalSecondsLeft } = progress;
          demos.report(id, { step, phase, done, total, totalShare, totalSecondsLeft });
        },
        onNotice: (text) => notices.add('warning', text),
        onRunCreated: (runId) => studio.runChanged(runId),
        onJobEvent: studio.passOn,
      });
      demos.update(id, { status: 'finished', message: `Finished in ${Math.round(seconds)} s` });
    } catch (error) {
      const paused = error instanceof RunNotFinished && error.state.status === 'paused';
      const interrupted = error instanceof RunNotFinished && error.state.status === 'interrupted';
      const status = paused ? 'paused' : interrupted ? 'interrupted' : 'failed';
      demos.update(id, { status, message: describeError(error) });
      if (status === 'failed') notices.add('error', `The demo failed. ${describeError(error)}`);
    }
  }

  return { done: work(), pause: () => control.pause(), stop: () => control.stop() };
}
