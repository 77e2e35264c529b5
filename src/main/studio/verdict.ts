import type { RunState } from '../../shared/runs';
import { interruptedMessage } from '../registry/folders';
import { exitCodes } from '../trainer/protocol';
import { readError } from '../trainer/run-folder';

/** How a trainer ended, and what it had said before. */
export interface TrainerEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly summary?: RunState['summary'];
  readonly failure?: string;
  readonly stopRequested: boolean;
}

type Verdict = Pick<RunState, 'status' | 'message' | 'summary'>;

/** The final status of a run, which only the parent can give: a trainer that is killed has no last words. */
export function verdict(end: TrainerEnd, runFolder: string, step: number): Verdict {
  const { exitCode, summary, stopRequested } = end;
  if (exitCode === exitCodes.finished && summary !== undefined) {
    return { status: 'finished', message: 'Finished', summary };
  }
  if (exitCode === exitCodes.failed) {
    const message = end.failure ?? readError(runFolder)?.message;
    return {
      status: 'failed',
      message: message ?? `The trainer failed and did not say why: see ${runFolder}/log.txt`,
    };
  }
  if (exitCode === exitCodes.engineFailed) {
    const reason = end.failure ?? 'The engine could not go on.';
    const onward = interruptedMessage(`The run ended at step ${step}`, runFolder);
    return { status: 'interrupted', message: `${reason} ${onward}` };
  }
  if (exitCode === exitCodes.paused && !stopRequested) {
    return { status: 'paused', message: `Paused at step ${step}: resume the run to continue.` };
  }
  const what = stopRequested ? `The run was stopped at step ${step}` : describeDeath(end, step);
  return { status: 'interrupted', message: interruptedMessage(what, runFolder) };
}

function describeDeath({ exitCode, signal }: TrainerEnd, step: number): string {
  if (signal === 'SIGKILL') return `The trainer was killed at step ${step}, perhaps for want of memory`;
  if (signal !== null) return `The trainer was ended by ${signal} at step ${step}`;
  if (exitCode === exitCodes.finished) return `The trainer ended at step ${step} without a result`;
  return `The trainer crashed at step ${step} (exit code ${exitCode}, details in log.txt)`;
}
