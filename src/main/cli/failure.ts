import { appendFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError, StudioError } from '../../shared/errors';
import { RunNotFinished } from '../studio/follow-run';
import { runFolder, studioHome } from '../trainer/home';
import { logFile } from '../trainer/run-folder';
import { programName } from './command';

/** How the program ends when it could not do what it was asked to. */
export interface Failure {
  sentence: string;
  /** 2: the cause is in the input or on the machine; 1: in the program; 130: the user stopped it. */
  exitCode: 1 | 2 | 130;
  /** Beside the sentence, for programs. */
  details: Readonly<Record<string, string>>;
}

/** @param home the --home flag, which hints repeat */
export function explainFailure(error: unknown, home: string | undefined): Failure {
  if (error instanceof RunNotFinished) return explainRun(error, home);
  if (error instanceof StudioError) return { sentence: error.message, exitCode: 2, details: {} };
  const sentence = describeError(error);
  // describeError has sentences of its own for what a user can do something about.
  if (sentence !== (error as Error | undefined)?.message) return { sentence, exitCode: 2, details: {} };
  const log = writeCrashLog(error, home);
  return {
    sentence: `Something went wrong inside DITTO Studio (${firstLine(sentence)}): please report it with ${log}`,
    exitCode: 1,
    details: { log },
  };
}

function explainRun({ runId, state }: RunNotFinished, home: string | undefined): Failure {
  const details = { run: runId, status: state.status };
  const homeFlag = home === undefined ? '' : ` --home ${quoted(home)}`;
  const resume = `${programName} resume ${runId}${homeFlag}`;
  switch (state.status) {
    case 'failed':
      return { sentence: state.message, exitCode: 2, details };
    case 'paused':
      return {
        sentence: `Run ${runId} is paused at step ${state.step} of ${state.totalSteps}; to go on: ${resume}`,
        exitCode: 130,
        details,
      };
    default: {
      const log = logFile(runFolder(studioHome(home), runId));
      return {
        sentence: `Run ${runId} was interrupted: ${state.message} To go on: ${resume} (log: ${log})`,
        exitCode: 1,
        details,
      };
    }
  }
}

/** With the stack, where a report can pick it up; a home that cannot be written must not hide the failure. */
function writeCrashLog(error: unknown, home: string | undefined): string {
  const entry = `${new Date().toISOString()} ${process.argv.slice(2).join(' ')}\n${stackOf(error)}\n\n`;
  for (const folder of [studioHome(home), tmpdir()]) {
    try {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, 'ditto-studio-errors.log');
      appendFileSync(path, entry);
      return path;
    } catch {
      continue;
    }
  }
  return 'the output of the same command with DITTO_DEBUG=1';
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const firstLine = (text: string): string => text.split('\n')[0]!;
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : JSON.stringify(path));
