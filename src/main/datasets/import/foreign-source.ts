import { version as studioVersion } from '../../../../package.json';
import type { ImportAnswers, ImportInspection, ImportTiming } from '../../../shared/dataset-import';
import type { DatasetEdit, Episode } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import { IMAGE_SIZE } from '../../learning/world-model/architecture';
import type { WorkOptions } from '../compose-dataset';
import type { Dataset } from '../dataset';
import { makeDataset } from '../dataset-folders';
import { DatasetWriter } from '../dataset-writer';
import { scalingNotes, type ComponentRange } from './action-ranges';
import { resizeFrames } from './resize';
import type { Frames } from './source-arrays';
import { pixelNotes } from './source-pixels';

/** Episodes of another program, looked through once. */
export interface ForeignSource {
  readonly inspection: ImportInspection;
  /** Name of the file or folder, without where it stands. */
  readonly name: string;
  /** Hexadecimal SHA-256 over its files. */
  readonly hash: string;
  /** What was imported, for the history: `3 .npz files`. */
  readonly what: string;
  /** How many episodes a timing gives. */
  count(timing: ImportTiming): number;
  /** The episodes in order, with frames of the size that they have there; one file in memory at a time. */
  episodes(timing: ImportTiming): AsyncIterable<Episode>;
}

/** Makes a dataset of all episodes; if anything is wrong with one there is no trace of it. */
export async function importForeign(
  parent: string,
  source: ForeignSource,
  { id, ...answers }: ImportAnswers & { id: string },
  options: WorkOptions = {},
): Promise<Dataset> {
  const { inspection } = source;
  const timing = answers.timing ?? inspection.timing;
  if (!timing) {
    throw new StudioError(
      `How the actions and observations of ${source.name} belong together must be chosen: ${inspection.timingReason}`,
    );
  }
  const total = source.count(timing);
  if (total === 0) {
    throw new StudioError(`${source.name} has no episode with an action in it: choose another.`);
  }
  const shape = inspection.observationShape;
  return makeDataset(parent, id, async (folder) => {
    const writer = await DatasetWriter.create(folder, {
      ...{ id, name: answers.name, environment: answers.environment },
      actionKind: inspection.actionKind,
      actionNames: answers.actionNames ?? defaultNames(inspection),
      observationShape: [IMAGE_SIZE, IMAGE_SIZE, shape[2]],
      recording: { policy: answers.policy, noise: 0, seed: 0 },
      importer: inspection.format,
      history: [importEdit(source, timing)],
    });
    let done = 0;
    for await (const episode of source.episodes(timing)) {
      options.signal?.throwIfAborted();
      const { observations } = episode;
      const resized = isSize(shape) ? observations : resizeFrames(observations, shape, IMAGE_SIZE);
      await writer.append({ ...episode, observations: resized });
      options.onProgress?.(++done, total);
    }
    await writer.close();
  });
}

function importEdit(
  { inspection, name, hash, what, count }: ForeignSource,
  timing: ImportTiming,
): DatasetEdit {
  return {
    operation: 'import',
    date: new Date().toISOString(),
    summary: [`Imported ${what} with the timing of ${timing}.`, ...inspection.notes].join(' '),
    sources: [{ name, hash, episodes: [[0, count(timing)]], trims: [] }],
    studioVersion,
  };
}

/** What importing changes, whatever the format. */
export function importNotes(
  { shape: [height, width], unit }: Pick<Frames, 'shape' | 'unit'>,
  hasRewards: boolean,
  ranges: readonly ComponentRange[],
): string[] {
  const size = `${IMAGE_SIZE}x${IMAGE_SIZE}`;
  const resizing = `Frames of ${height}x${width} are resized to ${size} by area averaging.`;
  return [
    ...(isSize([height, width]) ? [] : [resizing]),
    ...(hasRewards ? [] : ['There are no rewards: returns are 0.']),
    ...pixelNotes(unit),
    ...scalingNotes(ranges),
  ];
}

function isSize([height, width]: readonly number[]): boolean {
  return height === IMAGE_SIZE && width === IMAGE_SIZE;
}

function defaultNames({ actionKind, actionCount }: ImportInspection): string[] {
  const one = actionKind === 'discrete' ? 'action' : 'component';
  return Array.from({ length: actionCount }, (_, index) => `${one} ${index}`);
}
