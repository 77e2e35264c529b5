import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkProgress, EngineBenchmark } from '../../../shared/contract/benchmark';
import { StudioError } from '../../../shared/errors';
import type { Studio } from '../studio';
import { benchmarkMessageSchema, type BenchmarkMessage } from './messages';
import { keepBenchmark } from './store';

/** An engine that has not come to an end by then hangs. */
const PATIENCE_MILLISECONDS = 120_000;

/** One at a time: two would measure each other. */
let isMeasuring = false;

/** Measures an engine in a process of its own, which may crash, and keeps what was found. Aborted, it leaves no trace. */
export async function* runBenchmark(
  { registry, queue }: Studio,
  engine: string,
  signal: AbortSignal,
): AsyncGenerator<BenchmarkProgress> {
  if (queue.state.current !== null) {
    throw new StudioError(
      'A run is at work, which would slow the measurement: wait for its end, or pause it.',
    );
  }
  if (isMeasuring) throw new StudioError('A measurement is under way already: wait for its end.');
  isMeasuring = true;
  try {
    let benchmark: EngineBenchmark | undefined;
    for await (const message of measure(engine, signal)) {
      if (message.type === 'failed') throw new StudioError(message.message);
      if (message.type === 'progress') yield message;
      else benchmark = message.benchmark;
    }
    if (signal.aborted) return;
    if (!benchmark) {
      throw new StudioError(
        `The measurement of ${engine} ended without a result: the engine crashed or hung.`,
      );
    }
    if (queue.state.current !== null) {
      throw new StudioError(
        'A run began meanwhile and disturbed the measurement: measure again after its end.',
      );
    }
    keepBenchmark(registry.home, benchmark);
    yield { type: 'done', benchmark };
  } finally {
    isMeasuring = false;
  }
}

/** What the measuring process says, until its end. */
async function* measure(engine: string, signal: AbortSignal): AsyncGenerator<BenchmarkMessage> {
  const child = fork(entry(), [engine], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    timeout: PATIENCE_MILLISECONDS,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const messages: BenchmarkMessage[] = [];
  let hasEnded = false;
  let wake = (): void => {};
  child.on('message', (raw) => {
    const message = benchmarkMessageSchema.safeParse(raw);
    if (message.success) messages.push(message.data);
    wake();
  });
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  child.once('error', end);
  child.once('disconnect', end);
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    for (;;) {
      while (messages.length > 0) yield messages.shift()!;
      if (hasEnded || signal.aborted) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** The built program, beside this file's bundle or, where the bundler made a chunk of it, one folder up. */
function entry(): string {
  const candidates = ['benchmark.js', '../benchmark.js'].map((name) => join(import.meta.dirname, name));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new StudioError('The benchmark has not been built: run "npm run build".');
  return found;
}
