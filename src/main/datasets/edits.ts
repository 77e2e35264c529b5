import { version as studioVersion } from '../../../package.json';
import type { DatasetEdit, EditSource } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { composeDataset, wholeEpisode, type Clip, type WorkOptions } from './compose-dataset';
import type { Dataset } from './dataset';
import { deleteDataset, type MakingOptions } from './dataset-folders';
import { episodeRanges, rangesText } from './episode-ranges';

/** Where the result of an edit goes: a free id, or with `replace` the id of the dataset that was edited. */
export interface EditTarget extends MakingOptions {
  id: string;
  name: string;
}

/**
 * Content edits. Each writes a whole new dataset into `parent` and says in its history what it was made from; the
 * source is untouched unless the target replaces it. Runs name datasets by id and content hash, so replacing one that a
 * run was made from would break resuming it: the caller knows the runs and decides.
 */
export async function trimEpisode(
  parent: string,
  dataset: Dataset,
  { episode, from, to }: { episode: number; from: number; to: number },
  target: EditTarget,
  options?: WorkOptions,
): Promise<Dataset> {
  requireEpisodes(dataset, [episode]);
  const { length } = dataset.episodes[episode]!;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > length || from >= to) {
    throw new StudioError(
      `Steps ${from} to ${to} of episode ${episode} cannot be kept: choose a start before the end, within its ${length} steps.`,
    );
  }
  const clips = all(dataset).map((clip) => (clip.episode === episode ? { ...clip, from, to } : clip));
  const summary = `Kept ${to - from} of the ${length} steps of episode ${episode}, from step ${from} on.`;
  return compose(parent, 'trim', summary, clips, target, options);
}

export async function deleteEpisodes(
  parent: string,
  dataset: Dataset,
  episodes: readonly number[],
  target: EditTarget,
  options?: WorkOptions,
): Promise<Dataset> {
  requireEpisodes(dataset, episodes);
  const gone = new Set(episodes);
  const clips = all(dataset).filter(({ episode }) => !gone.has(episode));
  if (clips.length === 0) {
    throw new StudioError(
      `Deleting all ${gone.size} episodes would leave dataset "${dataset.metadata.name}" empty: keep at least one, or delete the dataset.`,
    );
  }
  const summary = `Left out ${rangesText(episodeRanges(episodes))} of ${dataset.episodes.length}.`;
  return compose(parent, 'delete', summary, clips, target, options);
}

/** Two new datasets: the chosen episodes, and the rest. */
export async function splitDataset(
  parent: string,
  dataset: Dataset,
  episodes: readonly number[],
  [chosenTarget, restTarget]: readonly [EditTarget, EditTarget],
  options: WorkOptions = {},
): Promise<[Dataset, Dataset]> {
  requireEpisodes(dataset, episodes);
  const chosen = new Set(episodes);
  const total = dataset.episodes.length;
  if (chosen.size === total) {
    throw new StudioError(
      `All ${total} episodes of dataset "${dataset.metadata.name}" are chosen, which leaves nothing for the second part: choose fewer.`,
    );
  }
  const part = (inFirst: boolean): Clip[] =>
    all(dataset).filter(({ episode }) => chosen.has(episode) === inFirst);
  const make = (clips: Clip[], target: EditTarget, doneBefore: number): Promise<Dataset> => {
    const indices = clips.map(({ episode }) => episode);
    const summary = `Took ${rangesText(episodeRanges(indices))} of ${total}.`;
    return compose(parent, 'split', summary, clips, target, {
      ...options,
      onProgress: (done) => options.onProgress?.(doneBefore + done, total),
    });
  };
  const first = await make(part(true), chosenTarget, 0);
  try {
    return [first, await make(part(false), restTarget, chosen.size)];
  } catch (error) {
    await deleteDataset(parent, chosenTarget.id);
    throw error;
  }
}

/** One dataset with the episodes of all, in the given order. */
export async function mergeDatasets(
  parent: string,
  datasets: readonly Dataset[],
  target: EditTarget,
  options?: WorkOptions,
): Promise<Dataset> {
  const [first, ...others] = datasets;
  if (!first || others.length === 0) {
    throw new StudioError('Merging needs at least two datasets: choose another one.');
  }
  for (const other of others) requireSameKind(first, other);
  const clips = datasets.flatMap(all);
  if (clips.length === 0) {
    throw new StudioError('None of these datasets has a complete episode: record some first.');
  }
  const names = datasets.map(({ metadata }) => `"${metadata.name}"`).join(', ');
  return compose(parent, 'merge', `Joined ${names}.`, clips, target, options);
}

function compose(
  parent: string,
  operation: DatasetEdit['operation'],
  summary: string,
  clips: readonly Clip[],
  { id, name, replace = false }: EditTarget,
  options: WorkOptions = {},
): Promise<Dataset> {
  const sources = editSources(clips);
  const edit = { operation, date: new Date().toISOString(), summary, sources, studioVersion };
  return composeDataset(parent, { id, name, clips, edit }, { ...options, replace });
}

function editSources(clips: readonly Clip[]): EditSource[] {
  const datasets = [...new Set(clips.map(({ dataset }) => dataset))];
  return datasets.map((dataset) => {
    const own = clips.filter((clip) => clip.dataset === dataset);
    return {
      name: dataset.metadata.id,
      hash: dataset.metadata.contentHash,
      episodes: episodeRanges(own.map(({ episode }) => episode)),
      trims: own
        .filter(({ episode, from, to }) => to - from < dataset.episodes[episode]!.length)
        .map(({ episode, from, to }) => ({ episode, from, to })),
    };
  });
}

function all(dataset: Dataset): Clip[] {
  return dataset.episodes.map((_, episode) => wholeEpisode(dataset, episode));
}

function requireEpisodes(dataset: Dataset, episodes: readonly number[]): void {
  const { name } = dataset.metadata;
  if (episodes.length === 0) throw new StudioError(`Choose at least one episode of dataset "${name}".`);
  const unknown = episodes.find((episode) => dataset.episodes[episode] === undefined);
  if (unknown === undefined) return;
  throw new StudioError(
    `Dataset "${name}" has no episode ${unknown}: choose from 0 to ${dataset.episodes.length - 1}.`,
  );
}

function requireSameKind({ metadata: one }: Dataset, { metadata: other }: Dataset): void {
  const compare = (what: string, ours: string, theirs: string): void => {
    if (ours === theirs) return;
    throw new StudioError(
      `Datasets "${one.name}" and "${other.name}" cannot be merged, because their ${what} differ (${ours} and ${theirs}): choose datasets of the same kind.`,
    );
  };
  compare('environments', one.environment, other.environment);
  compare('frame sizes', one.observationShape.join('x'), other.observationShape.join('x'));
  compare('kinds of action', one.actionKind, other.actionKind);
  compare('actions', one.actionNames.join(', '), other.actionNames.join(', '));
}
