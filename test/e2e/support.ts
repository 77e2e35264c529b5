import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const studioProgram = join(import.meta.dirname, '../../out/main/studio.js');
const program = join(import.meta.dirname, '../../out/main/cli.js');

export interface CommandOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartedCommand {
  process: ChildProcess;
  /** What it has said on stderr so far. */
  stderr(): string;
  done: Promise<CommandOutcome>;
}

/** Those that a failed test may leave behind; their trainers end with them. */
const running = new Set<ChildProcess>();

/** Starts the built command line. */
export function startStudio(commandLine: readonly string[]): StartedCommand {
  const child = spawn(process.execPath, [program, ...commandLine], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<CommandOutcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, stderr: () => stderr, done };
}

/** Runs a command to its end. */
export function studio(...commandLine: string[]): Promise<CommandOutcome> {
  return startStudio(commandLine).done;
}

/** Runs a command with `--json` that has to succeed, and returns its document. */
export async function studioJson<Document>(...commandLine: string[]): Promise<Document> {
  const { code, stdout, stderr } = await studio(...commandLine, '--json');
  if (code !== 0) throw new Error(`${commandLine.join(' ')} ended with ${code}: ${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  if (lines.length !== 1) throw new Error(`${commandLine.join(' ')} printed ${lines.length} lines`);
  return JSON.parse(lines[0]!) as Document;
}

/** An empty folder, and what removes it with everything that still works there. */
export function temporaryHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'ditto-e2e-'));
  const remove = (): void => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  };
  return { home, remove };
}

/** Polls until `find` finds something; gives up with `what` after two minutes. */
export async function until<Found>(what: string, find: () => Found | undefined): Promise<Found> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`In vain waited for ${what}.`);
}
