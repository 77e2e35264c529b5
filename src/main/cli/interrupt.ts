import type { JobControl } from '../studio/follow-run';

/** Work that Ctrl-C calls off. */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}

/** One press of Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const echoMilliseconds = 500;

/**
 * The first Ctrl-C (or a polite request to end) pauses after a checkpoint, the second ends at once. Returns what gives
 * the signals back.
 */
export function catchInterrupts(control: JobControl, say: (text: string) => void): () => void {
  let first: number | undefined;
  const interrupt = (): void => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      say('Pausing at the next checkpoint... (Ctrl-C again ends at once)');
      control.pause();
    } else if (now - first > echoMilliseconds) {
      say('Ending at once.');
      control.kill();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}
