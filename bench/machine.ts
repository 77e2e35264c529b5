import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { env } from 'onnxruntime-node';
import { version } from '../package.json';
import type { FigureOrigin } from '../src/main/figures/figure';

/** Where a measurement was made, as one line. */
export function describeMachine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${type()} ${process.arch}, ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${gibibytes} GiB`;
}

export function describeVersions(): Record<string, string> {
  return {
    studio: version,
    node: process.versions.node,
    onnxruntime: env.versions.node ?? env.versions.common,
  };
}

/** The most physical memory that this process has held so far, in mebibytes. */
export function peakMemoryMiB(): number {
  return process.resourceUsage().maxRSS / 2 ** 10;
}

/** Of a figure of what a bench measured. @param command the bench's, with its options */
export const benchOrigin = (command: string): FigureOrigin => ({
  software: `DITTO Studio ${version}`,
  runs: [],
  versions: [],
  request: `npm run bench -- ${command}`,
});
