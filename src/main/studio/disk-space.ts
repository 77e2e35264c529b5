import { statfs } from 'node:fs/promises';
import { StudioError } from '../../shared/errors';
import type { NamedShapes } from '../tensor/program';
import { elementCount } from '../tensor/program';

const floatBytes = 4;
/** Parameters and Adam's two moments. */
const copiesPerParameter = 3;
/** The best one, and the one that is being written, beside the newest ones. */
const extraCheckpoints = 2;
/** For metrics, log and artifacts, and so that the machine itself goes on working. */
const reserveBytes = 64 * 2 ** 20;

/** Bytes of the checkpoints of a training whose parameters have these shapes. */
export function checkpointBytes(parameters: NamedShapes, keepCheckpoints: number): number {
  const elements = Object.values(parameters).reduce((sum, shape) => sum + elementCount(shape), 0);
  return elements * floatBytes * copiesPerParameter * (keepCheckpoints + extraCheckpoints);
}

/** Throws StudioError unless the disk of a folder has room, and something to spare. */
export async function requireDiskSpace(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= bytes + reserveBytes) return;
  throw new StudioError(
    `The disk is too full: ${what} may need ${formatBytes(bytes + reserveBytes)} and ${formatBytes(free)} are free: free ` +
      `some space or choose another folder with --home. ${folder}`,
  );
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** e.g. `1.5 GiB` */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0);
  const value = bytes / 2 ** (10 * power);
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
