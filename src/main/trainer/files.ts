import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { StudioError } from '../../shared/errors';

const temporaryPattern = /^\..+\.[0-9a-f]{8}\.tmp$/;

/** Eight hexadecimal digits that nobody else has: for file names only, never for an experiment. */
export function uniqueSuffix(digits = 8): string {
  return randomBytes(8).toString('hex').slice(0, digits);
}

/** Makes the entries of a folder (a rename, a new file) survive a power loss. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder as a file; NTFS journals the entries itself.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces a file so that a reader, a kill or a power loss sees the old content or the new one, never a mixture.
 * The temporary file stands in the same folder because a rename across devices is a copy.
 * @param options.durable false skips the flush to disk, for what has no meaning after a restart of the machine
 */
export function writeFileAtomically(
  path: string,
  content: string | Iterable<Uint8Array>,
  options: { durable?: boolean } = {},
): void {
  const durable = options.durable ?? true;
  const temporary = join(dirname(path), `.${basename(path)}.${uniqueSuffix()}.tmp`);
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      for (const part of typeof content === 'string' ? [content] : content) writeFileSync(descriptor, part);
      if (durable) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (durable) syncFolder(dirname(path));
}

export function writeJson(path: string, value: unknown, options?: { durable?: boolean }): void {
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`, options);
}

/** Reads and checks a JSON file; throws StudioError naming the file and the first thing wrong with it. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  if (!existsSync(path)) {
    throw new StudioError(`${path} is missing: choose a run that still exists, or restore the file.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StudioError(`${path} is not valid JSON: restore it or remove its folder.`, { cause: error });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const place = issue?.path.length ? `, at ${issue.path.join('.')}` : '';
  throw new StudioError(
    `${path} does not say what it should (${issue?.message ?? 'unknown'}${place}): restore it or remove its folder.`,
  );
}

/** The same of a file that can be done without: undefined where it is missing or damaged. */
export function readJsonIfSound<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return readJson(path, schema);
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

/**
 * Removes temporary files that a killed writer left. Only for the one process that writes in this folder: another
 * writer's unfinished file looks the same.
 */
export function sweepTemporaryFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (temporaryPattern.test(name)) rmSync(join(folder, name), { force: true });
  }
}
