import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ActionKind } from '../../../shared/actions';
import type { ImportInspection, ImportTiming } from '../../../shared/dataset-import';
import type { Episode } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../compose-dataset';
import { componentRanges, joinRanges, scaleActions, type ComponentRange } from './action-ranges';
import { cutEpisode, episodePieces } from './cut-episodes';
import { importNotes, type ForeignSource } from './foreign-source';
import { readNpz } from './npz';
import { allRoles, isWanted, requireFramesOf, sourceArrays, type Frames } from './source-arrays';
import type { PixelUnit } from './source-pixels';
import { combinedTiming, fileTiming, type TimingEvidence } from './timing';

const MAXIMUM_FILES = 100_000;

interface NpzEpisodes {
  path: string;
  hash: string;
  /** Observations of each of its episodes. */
  pieces: number[];
}

/** How numbers of all files become bytes and components between -1 and 1. */
interface Scales {
  unit: PixelUnit;
  ranges: readonly ComponentRange[];
}

/** A file or folder of .npz episodes, as the Dreamer family, DITTO and others save them. */
export class NpzSource implements ForeignSource {
  readonly inspection: ImportInspection;
  readonly name: string;
  readonly hash: string;
  readonly what: string;
  readonly files: readonly NpzEpisodes[];
  readonly #scales: Scales;

  private constructor(
    path: string,
    files: readonly NpzEpisodes[],
    scales: Scales,
    inspection: ImportInspection,
  ) {
    this.#scales = scales;
    this.name = basename(path);
    this.files = files;
    this.inspection = inspection;
    this.what = files.length === 1 ? 'an .npz file' : `${files.length} .npz files`;
    const hash = createHash('sha256');
    for (const file of files) hash.update(`${basename(file.path)}\n${file.hash}\n`);
    this.hash = hash.digest('hex');
  }

  /** Looks through every file, but at the frames only of the first. */
  static async open(path: string, options: WorkOptions = {}): Promise<NpzSource> {
    const paths = await npzFiles(path);
    const files: NpzEpisodes[] = [];
    const evidence: TimingEvidence[] = [];
    let actionKind: ActionKind | undefined;
    let actionCount = 0;
    let hasRewards = true;
    let first: Frames | undefined;
    let ranges: ComponentRange[] | undefined;
    let surplus = 0;
    for (const [index, file] of paths.entries()) {
      options.signal?.throwIfAborted();
      const roles = first ? allRoles.filter((role) => role !== 'images') : allRoles;
      const { arrays, hash } = await readNpz(file, isWanted(roles));
      const source = sourceArrays(arrays, basename(file));
      const { kind, steps, count } = source.actions;
      actionKind ??= kind;
      if (kind !== actionKind) {
        throw new StudioError(
          `${basename(file)} has ${kind} actions where the first file has ${actionKind} ones: import them apart.`,
        );
      }
      if (!first) {
        first = requireFramesOf(source, basename(file));
        surplus = first.count - steps;
      }
      const own = componentRanges(source.actions);
      ranges ??= own;
      if (own.length !== ranges.length) {
        throw new StudioError(
          `${basename(file)} has actions of ${own.length} components where the first file has ${ranges.length}: import them apart.`,
        );
      }
      ranges = joinRanges(ranges, own);
      const observations = steps + surplus;
      evidence.push(fileTiming(source, observations));
      const pieces = episodePieces(source, observations).map(({ from, to }) => to - from);
      files.push({ path: file, hash, pieces });
      actionCount = Math.max(actionCount, count);
      hasRewards &&= source.rewards !== null;
      options.onProgress?.(index + 1, paths.length);
    }
    const { timing, reason } = combinedTiming(evidence);
    return new NpzSource(
      path,
      files,
      { unit: first!.unit, ranges: ranges! },
      {
        format: 'npz',
        suggestedName: basename(path).replace(/\.npz$/, ''),
        episodes: countPieces(files, timing),
        environment: null,
        actionNames: null,
        actionKind: actionKind!,
        actionCount,
        observationShape: first!.shape,
        timing,
        timingReason: reason,
        notes: importNotes(first!, hasRewards, ranges!),
      },
    );
  }

  readonly count = (timing: ImportTiming): number => countPieces(this.files, timing);

  async *episodes(timing: ImportTiming): AsyncGenerator<Episode> {
    const { observationShape } = this.inspection;
    for (const file of this.files) yield* fileEpisodes(file, observationShape, this.#scales, timing);
  }
}

/** A single observation is no record where the action after it stands in the next row. */
function countPieces(files: readonly NpzEpisodes[], timing: ImportTiming | null): number {
  const least = timing === 'gymnasium' ? 1 : 2;
  return files.reduce((sum, { pieces }) => sum + pieces.filter((length) => length >= least).length, 0);
}

async function* fileEpisodes(
  file: NpzEpisodes,
  shape: readonly [number, number, number],
  { unit, ranges }: Scales,
  timing: ImportTiming,
): AsyncGenerator<Episode> {
  const what = basename(file.path);
  const { arrays, hash } = await readNpz(file.path, isWanted(allRoles));
  if (hash !== file.hash) {
    throw new StudioError(`${what} has changed since it was looked at: import it again. ${file.path}`);
  }
  const found = sourceArrays(arrays, what, unit);
  const source = { ...found, actions: scaleActions(found.actions, ranges) };
  const frames = requireFramesOf(source, what);
  if (frames.shape.join('x') !== shape.join('x')) {
    throw new StudioError(
      `${what} has frames of ${frames.shape.join('x')} where the first file has ${shape.join('x')}: import files of one size.`,
    );
  }
  for (const piece of episodePieces(source, frames.count)) {
    const episode = cutEpisode(source, frames, piece, timing, what);
    if (episode) yield episode;
  }
}

/** The .npz files at a path, with `episode-2` before `episode-10`. */
async function npzFiles(path: string): Promise<string[]> {
  const status = await stat(path).catch(() => undefined);
  if (!status) throw new StudioError(`There is nothing at this path: check it. ${path}`);
  if (!status.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.npz') && !name.startsWith('.'));
  if (names.length === 0) {
    throw new StudioError(
      `There is nothing to import in this folder (no .npz files, no Zarr arrays): choose the folder that holds the episodes. ${path}`,
    );
  }
  if (names.length > MAXIMUM_FILES) {
    throw new StudioError(
      `This folder holds ${names.length} .npz files, over the limit of ${MAXIMUM_FILES}: import it in parts. ${path}`,
    );
  }
  const order = new Intl.Collator('en', { numeric: true });
  return names.sort(order.compare).map((name) => join(path, name));
}
