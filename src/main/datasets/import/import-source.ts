import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import type { ImportAnswers, ImportInspection } from '../../../shared/dataset-import';
import type { WorkOptions } from '../compose-dataset';
import { Dataset } from '../dataset';
import { METADATA_FILE, readMetadataFile } from '../metadata';
import { importForeign, type ForeignSource } from './foreign-source';
import { importStudioDataset, inspectStudioDataset } from './import-studio-dataset';
import { hdf5At, openHdf5 } from './hdf5-source';
import { openNpz } from './npz-source';
import { isReplayBuffer, ReplayBufferSource } from './replay-buffer-source';

/** Something that can be imported, whatever its format. */
export interface ImportSource {
  readonly inspection: ImportInspection;
  /** Makes the dataset `<parent>/<id>`. Of a studio's own dataset only the name is asked. */
  import(parent: string, answers: ImportAnswers & { id: string }, options?: WorkOptions): Promise<Dataset>;
}

/** Finds out what stands at a path and looks through it; a StudioError says why it cannot be imported. */
export async function openImportSource(path: string, options: WorkOptions = {}): Promise<ImportSource> {
  const place = resolve(path);
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() ?? false;
  if (isFolder && (await isStudioDataset(place))) {
    const dataset = await Dataset.open(place, { cacheBytes: 0 });
    return {
      inspection: inspectStudioDataset(dataset),
      import: (parent, answers, work) => importStudioDataset(parent, dataset, answers, work),
    };
  }
  const source = await openForeign(place, isFolder, options);
  return {
    inspection: source.inspection,
    import: (parent, answers, work) => importForeign(parent, source, answers, work),
  };
}

function openForeign(place: string, isFolder: boolean, options: WorkOptions): Promise<ForeignSource> {
  if (isFolder && isReplayBuffer(place)) return ReplayBufferSource.open(place);
  const hdf5 = hdf5At(place, isFolder);
  return hdf5 === undefined ? openNpz(place, options) : openHdf5(hdf5, options);
}

/** Ours among Zarr groups, even when it turns out to be damaged or of another version. */
async function isStudioDataset(folder: string): Promise<boolean> {
  const path = join(folder, METADATA_FILE);
  if (!existsSync(path)) return false;
  const header = (await readMetadataFile(path, `the group ${folder}`)) as {
    attributes?: { ditto?: unknown };
  };
  return header?.attributes?.ditto !== undefined;
}
