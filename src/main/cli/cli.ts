import { CommanderError } from 'commander';
import type { CommandResult, Invocation } from './command';
import { explainFailure, stackOf } from './failure';
import { peekOption } from './peek-option';
import { buildProgram } from './program';

/**
 * Runs one command line and returns the exit code. With `--json` stdout gets exactly one line of JSON, the result or
 * `{"error": ...}`; without, the result as text. Progress, notices and errors go to stderr.
 */
export async function runCommandLine(commandLine: readonly string[]): Promise<number> {
  const json = commandLine.includes('--json');
  let result: CommandResult | undefined;
  const invocation: Invocation = {
    deliver: (delivered) => (result = delivered),
    note: (text) => process.stderr.write(`${text}\n`),
    stderr: process.stderr,
  };
  try {
    await buildProgram(commandLine, invocation).parseAsync([...commandLine], { from: 'user' });
  } catch (error) {
    // Help and version were asked for, and have been printed.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return fail(error, json, peekOption(commandLine, '--home'));
  }
  if (result) process.stdout.write(`${json ? JSON.stringify(result.document) : result.text}\n`);
  return 0;
}

function fail(error: unknown, json: boolean, home: string | undefined): number {
  const { sentence, exitCode, details } = explainFailure(error, home);
  if (process.env['DITTO_DEBUG'] === '1') process.stderr.write(`${stackOf(error)}\n`);
  // A run that the user paused is no error.
  process.stderr.write(`${exitCode === 130 ? '' : 'error: '}${sentence}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: sentence, ...details })}\n`);
  return exitCode;
}
