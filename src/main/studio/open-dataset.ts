import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../../shared/errors';
import { Dataset } from '../datasets/dataset';
import { IMAGE_SIZE } from '../learning/world-model/architecture';
import type { Registry } from '../registry/registry';
import { datasetFolder } from '../trainer/home';

/** A dataset of the studio, opened for a look at its episodes; frames are not kept in memory. */
export async function openStudioDataset(registry: Registry, id: string): Promise<Dataset> {
  const folder = datasetFolder(registry.home, id);
  // The registry leaves out what it cannot read; opening that says why.
  const known = existsSync(folder) ? folder : join(registry.home, registry.getDataset(id).folder);
  const dataset = await Dataset.open(known, { cacheBytes: 0 });
  if (dataset.episodes.length === 0) {
    throw new StudioError(`Dataset ${id} has no complete episode yet: record some first.`);
  }
  return dataset;
}

/** Throws StudioError unless networks can look at the dataset's frames. */
export function requireFrames({ metadata }: Dataset): void {
  const [height, width, channels] = metadata.observationShape;
  if (height === IMAGE_SIZE && width === IMAGE_SIZE && (channels === 1 || channels === 3)) return;
  throw new StudioError(
    `Dataset ${metadata.id} has frames of ${height}x${width} pixels in ${channels} channels, but the networks see ` +
      `${IMAGE_SIZE}x${IMAGE_SIZE} in 1 or 3: record or import it in that size.`,
  );
}

/** As a run names it. */
export function datasetReference(dataset: Dataset, role: string) {
  const { id, contentHash } = dataset.metadata;
  return { role, id, contentHash };
}
