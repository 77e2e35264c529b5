import type { RunState } from '../../shared/runs';
import type { Registry } from '../registry/registry';
import { followRun, JobControl } from '../studio/follow-run';
import type { JobEvent } from '../studio/supervisor';
import type { Invocation } from './command';
import { catchInterrupts } from './interrupt';
import { countsAndTime, progressDisplay, type ProgressDisplay } from './progress-display';

/** Runs a run to its end with its progress on stderr. Ctrl-C pauses it. Throws RunNotFinished if it has no results. */
export async function followOnScreen(
  registry: Registry,
  runId: string,
  invocation: Invocation,
): Promise<NonNullable<RunState['summary']>> {
  const display = progressDisplay(invocation.stderr);
  const control = new JobControl();
  const release = catchInterrupts(control, (text) => display.note(text));
  try {
    return await followRun(registry, runId, { control, onEvent: (event) => showEvent(display, event) });
  } finally {
    release();
    display.close();
  }
}

function showEvent(display: ProgressDisplay, event: JobEvent): void {
  switch (event.type) {
    case 'progress': {
      const { phase, step, totalSteps, secondsLeft } = event;
      const share = totalSteps > 0 ? step / totalSteps : 0;
      display.show([
        { id: phase, title: phase, share, detail: countsAndTime(step, totalSteps, secondsLeft) },
      ]);
      break;
    }
    case 'log':
    case 'notice':
      display.note(event.text);
      break;
    case 'stalled':
      display.note(
        `The trainer has been silent for ${event.silentSeconds} s; the machine may be overloaded.`,
      );
      break;
  }
}
