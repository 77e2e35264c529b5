import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';

/**
 * Runs `node ...programArguments` as if it were this process: its streams, its signals, and its end.
 * @param {string} node
 * @param {string[]} programArguments
 * @param {string} root
 */
export async function runProgram(node, programArguments, root) {
  const env = withNodeFirst(node);
  const child = spawn(node, programArguments, { cwd: root, stdio: 'inherit', env });
  process.exitCode = await endOf(child);
}

/**
 * Passes this process's signals on to a child until the child's end.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code, or 128 and the number of the signal that ended it, as a shell has it
 */
export async function endOf(child) {
  // A terminal sends Ctrl+C to the child as well; a second one would mean "at once".
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const onInterrupt = () => hasTerminal || child.kill('SIGINT');
  const onTerminate = () => child.kill('SIGTERM');
  const onHangUp = () => child.kill('SIGHUP');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onHangUp);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onHangUp);
  }
}

/** This process's environment, but what is started by the name of `node` is this one. @param {string} node */
export function withNodeFirst(node) {
  // On Windows the variable is spelled Path.
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...process.env, [name]: [dirname(node), process.env[name]].join(delimiter) };
}
