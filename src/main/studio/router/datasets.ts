import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { describeError, StudioError } from '../../../shared/errors';
import { flagEpisodes, unflagEpisodes } from '../../datasets/annotations';
import type { Dataset } from '../../datasets/dataset';
import { episodeThumbnails, frameRange } from '../../datasets/statistics';
import { datasetFolder } from '../../trainer/home';
import { createRecording } from '../create-recording';
import { describeDataset, describeInList } from '../datasets/describe-dataset';
import { editDatasets, removeDataset } from '../datasets/edit-datasets';
import { importDataset, inspectImport } from '../datasets/import-datasets';
import { OpenDatasets } from '../datasets/open-datasets';
import { Uploads } from '../datasets/uploads';
import { workProgress } from '../datasets/work-progress';
import type { Studio } from '../studio';

export const datasetsHandlers = (studio: Studio): Handlers<StudioContract>['datasets'] => {
  const { registry, queue, hub } = studio;
  const opened = new OpenDatasets();
  const uploads = new Uploads(registry.home);
  uploads.removeAll().catch((error: unknown) => studio.notices.add('warning', describeError(error)));
  const folderOf = (id: string): string => datasetFolder(registry.home, id);
  const open = (id: string): Promise<Dataset> => opened.get(folderOf(id));
  const openEpisodes = async (id: string, episodes: readonly number[]): Promise<Dataset> => {
    const dataset = await open(id);
    const unknown = episodes.find((episode) => dataset.episodes[episode] === undefined);
    if (unknown === undefined) return dataset;
    throw new StudioError(
      `Dataset "${id}" has no episode ${unknown}: it has ${dataset.episodes.length}; it may have been edited.`,
    );
  };
  /** Tells the pages that datasets are not as they were. */
  const changed = <Result>(result: Result): Result => {
    hub.emit({ type: 'datasets' });
    return result;
  };

  return {
    list: () => Promise.all(registry.listDatasets().map((record) => describeInList(registry.home, record))),
    get: async ({ id }) => describeDataset(registry, await open(id)),
    thumbnails: async ({ id, episodes, count }) => {
      const dataset = await openEpisodes(id, episodes);
      return Promise.all(episodes.map((episode) => episodeThumbnails(dataset, episode, count)));
    },
    frames: async ({ id, episode, from, to }) => {
      const dataset = await openEpisodes(id, [episode]);
      return frameRange(dataset, episode, from, Math.min(to, dataset.episodes[episode]!.length));
    },
    tracks: async ({ id, episode }) => {
      const dataset = await openEpisodes(id, [episode]);
      const { episodes, rewards, terminated, truncated } = dataset;
      const { start, end } = episodes[episode]!;
      return {
        actions: dataset.episodeActions(episode),
        rewards: rewards.slice(start, end),
        terminated: terminated[end - 1] === 1,
        truncated: truncated[end - 1] === 1,
      };
    },

    flag: async ({ id, episodes, note }) => {
      const { folder } = await openEpisodes(id, episodes);
      return changed(await flagEpisodes(folder, episodes, note));
    },
    unflag: async ({ id, episodes }) => changed(await unflagEpisodes(folderOf(id), episodes)),
    edit: (request, signal) =>
      workProgress(async (options) => changed(await editDatasets(registry, request, options)), signal),
    remove: async ({ id, evenIfUsed }) => changed(await removeDataset(registry, id, { evenIfUsed })),

    inspectImport: ({ path }, signal) => workProgress((options) => inspectImport(path, options), signal),
    importFrom: ({ path, ...answers }, signal) =>
      workProgress(async (options) => changed(await importDataset(registry, path, answers, options)), signal),

    upload: (part) => uploads.write(part),
    removeUpload: ({ upload }) => uploads.remove(upload),

    record: async (request) => {
      const run = await createRecording(registry, request);
      queue.add({ type: 'run', id: run.id });
      studio.runChanged(run.id);
      return run;
    },
  };
};
