import BetterSqlite3 from 'better-sqlite3';
import { comparisonRequestSchema, pointsToDraw, type Comparison } from '../src/shared/compare';
import { Registry } from '../src/main/registry/registry';
import { registryFile } from '../src/main/trainer/home';
import { fillRegistry, type CompareRegistryOptions } from './compare-registry';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { describeMachine, describeVersions } from './machine';
import { median } from '../src/main/learning/statistics';
import { inTemporaryFolder } from './temporary-folder';

export interface CompareReport extends CompareRegistryOptions {
  /** Rows of metrics per second that the registry takes in. */
  ingestRate: number;
  registryMiB: number;
  /** What the page asks for when it opens, in a process that has just opened the registry. */
  openMs: number;
  /** Medians, in milliseconds. */
  queries: Record<'curves' | 'smoothed' | 'seedBands' | 'zoomed' | 'table' | 'atStep', number>;
  /** Reading every point of the same curves, as plainly as SQLite can. */
  plainReadMs: number;
  /** The plain read over the curves' query. */
  ratio: number;
  /** Points that the page gets for the curves. */
  pointsSent: number;
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const repetitions = 7;

/** What comparing many long runs costs the studio process, against reading all of their points. */
export function benchCompare(options: CompareRegistryOptions): Promise<CompareReport> {
  return inTemporaryFolder(async (home) => {
    const { runIds, ingestSeconds } = await fillRegistry(home, options);
    const otherLoad = watchOtherLoad();
    const registry = await Registry.open(home);
    const maximumPoints = pointsToDraw(options.runs);
    const ask = (rest: object): Comparison =>
      registry.compare(comparisonRequestSchema.parse({ runIds, metric: 'loss', maximumPoints, ...rest }));
    const openMs = timed(() => {
      registry.listRuns();
      registry.sharedMetrics(runIds);
      ask({});
      registry.compareInTable(runIds, 'loss');
    });
    const range = { from: options.points * 0.4, to: options.points * 0.45 };
    const queries = {
      curves: medianOf(() => ask({})),
      smoothed: medianOf(() => ask({ smoothing: 0.9 })),
      seedBands: medianOf(() => ask({ smoothing: 0.9, groupSeeds: true })),
      zoomed: medianOf(() => ask({ range })),
      table: medianOf(() => registry.compareInTable(runIds, 'loss')),
      atStep: medianOf(() => registry.valuesAtStep(runIds, 'loss', options.points / 2)),
    };
    const pointsSent = ask({}).runs.reduce((sum, { curve }) => sum + curve.steps.length, 0);
    registry.close();
    const plain = plainRead(registryFile(home));
    if (plain.points !== options.runs * options.points) throw new Error(`${plain.points} points were read.`);
    return {
      ...options,
      ingestRate: (options.runs * options.points) / ingestSeconds,
      registryMiB: plain.mebibytes,
      openMs,
      queries,
      plainReadMs: plain.milliseconds,
      ratio: plain.milliseconds / queries.curves,
      pointsSent,
      otherLoad: otherLoad(0),
      machine: describeMachine(),
      versions: describeVersions(),
    };
  });
}

/** Every point of every curve into typed arrays, series by series. */
function plainRead(path: string): { milliseconds: number; points: number; mebibytes: number } {
  const database = new BetterSqlite3(path, { readonly: true });
  const series = database.prepare<[], number>('SELECT id FROM metric_series').pluck().all();
  const read = database
    .prepare<[number], [number, number]>('SELECT step, value FROM metrics WHERE series = ? ORDER BY step')
    .raw();
  let points = 0;
  const milliseconds = timed(() => {
    for (const id of series) {
      const rows = read.all(id);
      points += Float64Array.from(rows, ([, value]) => value).length;
    }
  });
  const pages = database.pragma('page_count', { simple: true }) as number;
  const mebibytes = (pages * (database.pragma('page_size', { simple: true }) as number)) / 2 ** 20;
  database.close();
  return { milliseconds, points, mebibytes };
}

function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

const medianOf = (work: () => unknown): number =>
  median(Array.from({ length: repetitions }, () => timed(work)));
