import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { logFile } from '../trainer/run-folder';

/** The end of a run's log, from the start of a line. */
export function readLogEnd(folder: string, maximumBytes: number): string {
  const path = logFile(folder);
  if (!existsSync(path)) return '';
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(0, size - maximumBytes);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(descriptor, bytes, 0, bytes.length, start);
    const text = bytes.toString('utf8', 0, read);
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(descriptor);
  }
}
