import type { ImportAnswers, ImportInspection } from '../../../shared/dataset-import';
import type { EnvironmentSpecification } from '../../../shared/environment';
import type { DatasetRecord } from '../../../shared/runs';
import { StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../../datasets/compose-dataset';
import { openImportSource } from '../../datasets/import/import-source';
import type { Registry } from '../../registry/registry';
import { datasetsFolder } from '../../trainer/home';
import { knownEnvironments } from '../environments/added-environments';
import { newDatasetId } from './edit-datasets';

/** Looks through what stands at a path and says what importing it would give. */
export async function inspectImport(path: string, options?: WorkOptions): Promise<ImportInspection> {
  return (await openImportSource(path, options)).inspection;
}

/** Imports a file or folder as a new dataset. Throws StudioError, and leaves nothing behind, if anything is wrong. */
export async function importDataset(
  registry: Registry,
  path: string,
  answers: ImportAnswers,
  options?: WorkOptions,
): Promise<DatasetRecord> {
  const source = await openImportSource(path);
  const actionNames = checkedActionNames(knownEnvironments(registry.home), source.inspection, answers);
  const parent = datasetsFolder(registry.home);
  const id = newDatasetId(parent, answers.name);
  const dataset = await source.import(parent, { ...answers, id, actionNames }, options);
  return registry.registerDataset(dataset.folder);
}

/** An environment that the studio has says itself what its actions are called. */
function checkedActionNames(
  known: readonly EnvironmentSpecification[],
  { format, actionKind, actionCount, observationShape: [, , channels] }: ImportInspection,
  { environment, actionNames }: ImportAnswers,
): readonly string[] | undefined {
  const own = known.find(({ id }) => id === environment);
  if (!own || format === 'studio') return actionNames;
  if (actionKind !== own.actionKind) {
    throw new StudioError(
      `These episodes have ${actionKind} actions, but ${own.title} has ${own.actionKind} ones: give them another environment's name.`,
    );
  }
  const count = own.actions.length;
  // Not every discrete action need have been taken.
  const fits = actionKind === 'discrete' ? actionCount <= count : actionCount === count;
  if (!fits || channels !== own.observationShape[2]) {
    throw new StudioError(
      `These episodes have ${actionCount} actions and ${channels} colour channels, but ${own.title} has ${count} and ` +
        `${own.observationShape[2]}: give them another environment's name.`,
    );
  }
  return own.actions;
}
