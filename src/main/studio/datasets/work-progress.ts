import type { WorkProgress } from '../../../shared/dataset-views';
import type { WorkOptions } from '../../datasets/compose-dataset';

const tellMilliseconds = 100;

/** Long work as a stream of its progress, a few times a second, and its result. Ending the stream aborts the work. */
export async function* workProgress<Result>(
  work: (options: Required<WorkOptions>) => Promise<Result>,
  outer: AbortSignal,
): AsyncGenerator<WorkProgress<Result>> {
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  const latest = new Map<string, WorkProgress<Result>>();
  const onProgress = (done: number, total: number): void =>
    void latest.set('progress', { type: 'progress', done, total });
  const onNote = (text: string): void => void latest.set('note', { type: 'note', text });
  let outcome: 'open' | 'settled' = 'open';
  const result = work({ signal, onProgress, onNote }).finally(() => (outcome = 'settled'));
  // Awaited below; meanwhile a failure is not an unhandled one.
  result.catch(() => undefined);
  try {
    while ((outcome as string) === 'open') {
      await Promise.race([
        result.catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, tellMilliseconds)),
      ]);
      if ((outcome as string) !== 'open') break;
      yield* latest.values();
      latest.clear();
    }
    yield { type: 'done', result: await result };
  } finally {
    controller.abort();
  }
}
