import { createHash } from 'node:crypto';
import type { ActionKind } from '../../../shared/actions';
import type { ImportFormat, ImportInspection, ImportTiming } from '../../../shared/dataset-import';
import type { Episode } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../compose-dataset';
import { componentRanges, joinRanges, scaleActions, type ComponentRange } from './action-ranges';
import { cutEpisode, episodePieces } from './cut-episodes';
import { importNotes, type ForeignSource } from './foreign-source';
import type { NpyArray } from './npy';
import { allRoles, isWanted, requireFramesOf, sourceArrays, type Frames } from './source-arrays';
import type { PixelUnit } from './source-pixels';
import { combinedTiming, fileTiming, type TimingEvidence } from './timing';

/** One file of a folder, or one group of a file. */
export interface EpisodePart {
  /** For messages: the file's name, or the group's in it. */
  readonly name: string;
  /** Its arrays of these keys, and a hash that tells whether it is still the same. */
  read(wanted: (key: string) => boolean): Promise<{ arrays: Map<string, NpyArray>; hash: string }>;
}

/** Episodes in parts, before they are looked through. */
export interface Parts extends Pick<ForeignSource, 'name' | 'what'> {
  readonly format: ImportFormat;
  readonly suggestedName: string;
  /** Where the source says so. */
  readonly environment: string | null;
  /** Where the format decides it. */
  readonly timing?: TimingEvidence;
  /** In the order of the episodes. */
  readonly parts: readonly EpisodePart[];
  readonly notes?: readonly string[];
}

interface Episodes {
  part: EpisodePart;
  hash: string;
  /** Observations of each of its episodes. */
  pieces: number[];
}

/** How numbers of all files become bytes and components between -1 and 1. */
interface Scales {
  unit: PixelUnit;
  ranges: readonly ComponentRange[];
}

/** Episodes that lie in parts, each of which holds one or several, under the names that programs give their arrays. */
export class PartedSource implements ForeignSource {
  readonly inspection: ImportInspection;
  readonly name: string;
  readonly hash: string;
  readonly what: string;
  readonly #parts: readonly Episodes[];
  readonly #scales: Scales;

  private constructor(
    { name, what }: Parts,
    parts: readonly Episodes[],
    scales: Scales,
    inspection: ImportInspection,
  ) {
    this.#scales = scales;
    this.name = name;
    this.what = what;
    this.#parts = parts;
    this.inspection = inspection;
    const hash = createHash('sha256');
    for (const { part, hash: own } of parts) hash.update(`${part.name}\n${own}\n`);
    this.hash = hash.digest('hex');
  }

  /** Looks through every part, but at the frames only of the first. */
  static async open(given: Parts, options: WorkOptions = {}): Promise<PartedSource> {
    const parts: Episodes[] = [];
    const evidence: TimingEvidence[] = [];
    let actionKind: ActionKind | undefined;
    let actionCount = 0;
    let hasRewards = true;
    let first: Frames | undefined;
    let ranges: ComponentRange[] | undefined;
    let surplus = 0;
    for (const [index, part] of given.parts.entries()) {
      options.signal?.throwIfAborted();
      const roles = first ? allRoles.filter((role) => role !== 'images') : allRoles;
      const { arrays, hash } = await part.read(isWanted(roles));
      const source = sourceArrays(arrays, part.name);
      const { kind, steps, count } = source.actions;
      actionKind ??= kind;
      if (kind !== actionKind) {
        throw new StudioError(
          `${part.name} has ${kind} actions where the first file has ${actionKind} ones: import them apart.`,
        );
      }
      if (!first) {
        first = requireFramesOf(source, part.name);
        surplus = first.count - steps;
      }
      const own = componentRanges(source.actions);
      ranges ??= own;
      if (own.length !== ranges.length) {
        throw new StudioError(
          `${part.name} has actions of ${own.length} components where the first file has ${ranges.length}: import them apart.`,
        );
      }
      ranges = joinRanges(ranges, own);
      const observations = steps + surplus;
      evidence.push(fileTiming(source, observations));
      const pieces = episodePieces(source, observations).map(({ from, to }) => to - from);
      parts.push({ part, hash, pieces });
      actionCount = Math.max(actionCount, count);
      hasRewards &&= source.rewards !== null;
      options.onProgress?.(index + 1, given.parts.length);
    }
    const { timing, reason } = given.timing ?? combinedTiming(evidence);
    const scales = { unit: first!.unit, ranges: ranges! };
    return new PartedSource(given, parts, scales, {
      format: given.format,
      suggestedName: given.suggestedName,
      episodes: countPieces(parts, timing),
      environment: given.environment,
      actionNames: null,
      actionKind: actionKind!,
      actionCount,
      observationShape: first!.shape,
      timing,
      timingReason: reason,
      notes: [...(given.notes ?? []), ...importNotes(first!, hasRewards, ranges!)],
    });
  }

  /** In the order of the episodes. */
  get partNames(): string[] {
    return this.#parts.map(({ part }) => part.name);
  }

  readonly count = (timing: ImportTiming): number => countPieces(this.#parts, timing);

  async *episodes(timing: ImportTiming): AsyncGenerator<Episode> {
    const { observationShape } = this.inspection;
    for (const part of this.#parts) yield* partEpisodes(part, observationShape, this.#scales, timing);
  }
}

/** A single observation is no record where the action after it stands in the next row. */
function countPieces(parts: readonly Episodes[], timing: ImportTiming | null): number {
  const least = timing === 'gymnasium' ? 1 : 2;
  return parts.reduce((sum, { pieces }) => sum + pieces.filter((length) => length >= least).length, 0);
}

async function* partEpisodes(
  { part, hash: before }: Episodes,
  shape: readonly [number, number, number],
  { unit, ranges }: Scales,
  timing: ImportTiming,
): AsyncGenerator<Episode> {
  const what = part.name;
  const { arrays, hash } = await part.read(isWanted(allRoles));
  if (hash !== before) throw new StudioError(`${what} has changed since it was looked at: import it again.`);
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
