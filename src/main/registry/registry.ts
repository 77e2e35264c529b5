import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Database } from 'better-sqlite3';
import type {
  Comparison,
  ComparisonRequest,
  ComparisonRow,
  SharedMetric,
  StepValue,
} from '../../shared/compare';
import type {
  Artifact,
  CheckpointRecord,
  DatasetRecord,
  MetricPoint,
  MetricSummary,
  RunDescription,
  RunRecord,
  RunState,
} from '../../shared/runs';
import { describeError, StudioError } from '../../shared/errors';
import { isAlive, readHeartbeat } from '../trainer/heartbeat';
import { datasetsFolder, registryFile, runFolder } from '../trainer/home';
import { appendArtifact, readArtifacts, readState, writeState } from '../trainer/run-folder';
import { recoverDatasets } from '../datasets/dataset-folders';
import { readDatasetMetadata } from '../datasets/metadata';
import { compareInTable, compareRuns } from './compare';
import { closeDatabase, inTransaction, openDatabase } from './database';
import { DatasetIndex } from './dataset-index';
import {
  datasetRecord,
  interruptedMessage,
  readCheckpoints,
  readDatasets,
  readRunContents,
  runIdsInFolders,
} from './folders';
import { MetricCurves } from './metric-curves';
import { MetricIndex } from './metric-index';
import type { IngestResult } from './metric-index';
import { RunIndex } from './run-index';
import type { RunFilter } from './run-index';
import { groupBySeed } from './seed-groups';

const defaultMaximumPoints = 1000;

/**
 * The index of a studio's home folder: runs, metrics, checkpoints, artifacts and datasets, in SQLite. Everything in it
 * comes from the folders, which are the truth: what writes both writes the folder first, and `rebuild` makes the
 * database anew.
 */
export class Registry {
  readonly home: string;
  /** What the user should know: a damaged database that was put aside, runs that died, folders that cannot be read. */
  readonly notices: string[] = [];
  readonly #notice = (notice: string): void => void this.notices.push(notice);
  readonly #database: Database;
  readonly #runs: RunIndex;
  readonly #metrics: MetricIndex;
  readonly #curves: MetricCurves;
  readonly #datasets: DatasetIndex;

  private constructor(home: string, database: Database) {
    this.home = home;
    this.#database = database;
    this.#runs = new RunIndex(database);
    this.#metrics = new MetricIndex(database);
    this.#curves = new MetricCurves(database);
    this.#datasets = new DatasetIndex(database);
  }

  /** Opens the home's registry, making it where there is none, and brings it up to date with the folders. */
  static async open(home: string): Promise<Registry> {
    mkdirSync(home, { recursive: true });
    const { database, damaged } = openDatabase(registryFile(home));
    const registry = new Registry(home, database);
    try {
      if (damaged !== undefined) {
        registry.#notice(
          `The registry was damaged and is being rebuilt from the run folders; the old file is kept as ` +
            `${basename(damaged)}.`,
        );
      }
      for (const notice of await recoverDatasets(datasetsFolder(home))) registry.#notice(notice);
      await registry.reconcile();
      return registry;
    } catch (error) {
      registry.close();
      throw error;
    }
  }

  close(): void {
    closeDatabase(this.#database);
  }

  /**
   * Brings the database up to date with the folders: takes in runs and datasets it does not know, follows statuses that
   * changed, forgets what is gone, and marks runs as interrupted whose trainer is dead.
   */
  async reconcile(): Promise<void> {
    const datasets = await readDatasets(this.home, this.#notice);
    const runIds = runIdsInFolders(this.home);
    inTransaction(this.#database, () => {
      const known = this.#runs.updates();
      for (const runId of runIds) {
        this.#follow(runId, known.get(runId));
        known.delete(runId);
      }
      for (const runId of known.keys()) this.#runs.remove(runId);
      this.#replaceDatasets(datasets);
    });
  }

  /** Forgets everything and takes it in from the folders again, in one transaction. */
  async rebuild(): Promise<{ runs: number; datasets: number }> {
    const datasets = await readDatasets(this.home, this.#notice);
    inTransaction(this.#database, () => {
      this.#metrics.clear();
      for (const runId of this.#runs.updates().keys()) this.#runs.remove(runId);
      for (const runId of runIdsInFolders(this.home)) this.#follow(runId, undefined);
      this.#replaceDatasets(datasets);
    });
    return { runs: this.#runs.updates().size, datasets: datasets.length };
  }

  /** Takes in a run whose folder has been written. */
  upsertRun(description: RunDescription, state: RunState): void {
    inTransaction(this.#database, () => this.#runs.upsert(description, state));
  }

  /**
   * Writes a run's `status.json`, then its row. The database's lock keeps two processes from overwriting each other's
   * verdict; `decide` gets the state that the folder has now, under that lock.
   */
  setStatus(runId: string, decide: RunState | ((current: RunState) => RunState)): RunState {
    return inTransaction(this.#database, () => {
      const folder = runFolder(this.home, runId);
      const state = typeof decide === 'function' ? decide(readState(folder)) : decide;
      writeState(folder, state);
      if (!this.#runs.setState(runId, state)) throw unknownRun(runId);
      return state;
    });
  }

  /** Newest first. */
  listRuns(filter: RunFilter = {}): RunRecord[] {
    return this.#runs.list(filter);
  }

  getRun(runId: string): RunRecord {
    const run = this.#runs.get(runId);
    if (run === undefined) throw unknownRun(runId);
    return run;
  }

  hasRun(runId: string): boolean {
    return this.#runs.get(runId) !== undefined;
  }

  /** Takes in the new rows of the run's `metrics.jsonl`. */
  ingestMetrics(runId: string): IngestResult {
    this.getRun(runId);
    return this.#metrics.ingest(runId, runFolder(this.home, runId));
  }

  metricNames(runId: string): string[] {
    return this.#curves.names(runId);
  }

  /** In order of steps; with more points than asked for, each stretch keeps its lowest and highest. */
  metricSeries(runId: string, name: string, options: { maximumPoints?: number } = {}): MetricPoint[] {
    const series = this.#curves.find(runId, name);
    if (series === undefined) return [];
    const { maximumPoints = defaultMaximumPoints } = options;
    return this.#curves.points(series, { from: series.firstStep, to: series.lastStep }, maximumPoints);
  }

  /** Undefined where the run has no finite value of that name. */
  metricSummary(runId: string, name: string): MetricSummary | undefined {
    const series = this.#curves.find(runId, name);
    return series && this.#curves.summary(series);
  }

  /** The metrics that there are to compare: those that most of the runs have come first. */
  sharedMetrics(runIds: readonly string[]): SharedMetric[] {
    return this.#curves.sharedNames(runIds);
  }

  /** One metric of many runs, no finer than it is drawn. Runs that do not have it, or are gone, are left out. */
  compare(request: ComparisonRequest): Comparison {
    return compareRuns(this.#curves, (runId) => this.#runs.get(runId), request);
  }

  /** Ids of runs that would be the same but for their seeds, together, in the order of their first ones. */
  seedGroups(runIds: readonly string[]): string[][] {
    const find = (runId: string): RunRecord | undefined => this.#runs.get(runId);
    const runs = runIds.map(find).filter((run) => run !== undefined);
    return groupBySeed(runs, find).map((members) => members.map(({ id }) => id));
  }

  /** Last, lowest and highest of each run that has the metric. */
  compareInTable(runIds: readonly string[], metric: string): ComparisonRow[] {
    return compareInTable(this.#curves, runIds, metric);
  }

  /** The newest finite value at a step or before it, of each run that has one. */
  valuesAtStep(runIds: readonly string[], metric: string, step: number): StepValue[] {
    return this.#curves.atStep(runIds, metric, step);
  }

  /** Takes in the checkpoints that the run's folder holds now: a new one may have driven out older ones. */
  recordCheckpoints(runId: string): void {
    const checkpoints = readCheckpoints(runFolder(this.home, runId), this.#notice);
    inTransaction(this.#database, () => this.#runs.setCheckpoints(runId, checkpoints));
  }

  /** Oldest step first. */
  listCheckpoints(runId: string): CheckpointRecord[] {
    return this.#runs.checkpoints(runId);
  }

  /** Adds an artifact to a run's `artifacts.jsonl`, for one that is made outside the trainer, e.g. an export. */
  addArtifact(runId: string, artifact: Artifact): void {
    appendArtifact(runFolder(this.home, runId), artifact);
    this.recordArtifacts(runId);
  }

  /** Takes in the run's `artifacts.jsonl`. */
  recordArtifacts(runId: string): void {
    const artifacts = readArtifacts(runFolder(this.home, runId));
    inTransaction(this.#database, () => this.#runs.setArtifacts(runId, artifacts));
  }

  listArtifacts(runId: string): Artifact[] {
    return this.#runs.artifacts(runId);
  }

  /** Takes in a dataset, from its own header; again after it has grown. */
  async registerDataset(folder: string): Promise<DatasetRecord> {
    const record = datasetRecord(this.home, folder, await readDatasetMetadata(folder, basename(folder)));
    inTransaction(this.#database, () => this.#datasets.upsert(record));
    return record;
  }

  /** Newest first. */
  listDatasets(): DatasetRecord[] {
    return this.#datasets.list();
  }

  getDataset(id: string): DatasetRecord {
    const dataset = this.#datasets.get(id);
    if (dataset === undefined) {
      throw new StudioError(
        `There is no dataset "${id}": take one from the list of datasets, or record one.`,
      );
    }
    return dataset;
  }

  /** Takes in what a run's folder says, unless its status is the one that the database has. */
  #follow(runId: string, knownUpdate: string | undefined): void {
    const folder = runFolder(this.home, runId);
    this.#markIfDead(runId, folder);
    if (knownUpdate !== undefined && readStateIfSound(folder)?.updated === knownUpdate) return;
    const contents = readRunContents(this.home, runId, this.#notice);
    if (contents === undefined) return;
    this.#runs.upsert(contents.description, contents.state);
    this.#runs.setCheckpoints(runId, contents.checkpoints);
    this.#runs.setArtifacts(runId, contents.artifacts);
    const { damaged } = this.#metrics.ingest(runId, folder);
    if (damaged > 0) this.#notice(`${damaged} damaged lines of the metrics of run ${runId} were skipped.`);
  }

  /** A run that is said to be running while nothing runs it was killed, or the machine went down. */
  #markIfDead(runId: string, folder: string): void {
    const state = readStateIfSound(folder);
    if (state?.status !== 'running') return;
    const heartbeat = readHeartbeat(folder);
    if (heartbeat !== undefined && isAlive(heartbeat)) return;
    const message = interruptedMessage('The trainer died', folder);
    const step = heartbeat?.step ?? state.step;
    try {
      writeState(folder, {
        ...state,
        status: 'interrupted',
        step,
        message,
        updated: new Date().toISOString(),
      });
      this.#notice(`Run ${runId} was interrupted. ${message}`);
    } catch (error) {
      // A full disk must not keep the user from seeing the runs; the next start tries again.
      this.#notice(describeError(error));
    }
  }

  #replaceDatasets(datasets: readonly DatasetRecord[]): void {
    const gone = new Set(this.#datasets.list().map(({ id }) => id));
    for (const dataset of datasets) {
      this.#datasets.upsert(dataset);
      gone.delete(dataset.id);
    }
    for (const id of gone) this.#datasets.remove(id);
  }
}

/** Undefined where status.json is missing or damaged, which `readRunContents` deals with. */
function readStateIfSound(folder: string): RunState | undefined {
  try {
    return readState(folder);
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

function unknownRun(runId: string): StudioError {
  return new StudioError(`There is no run "${runId}": take one from the list of runs.`);
}
