import type { ImportAnswers, ImportInspection } from '../../../shared/dataset-import';
import type { DatasetRecord } from '../../../shared/runs';
import { StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../../datasets/compose-dataset';
import { openImportSource } from '../../datasets/import/import-source';
import { environmentSpecifications } from '../../environments';
import type { Registry } from '../../registry/registry';
import { datasetsFolder } from '../../trainer/home';
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
  const actionNames = checkedActionNames(source.inspection, answers);
  const parent = datasetsFolder(registry.home);
  const id = newDatasetId(parent, answers.name);
  const dataset = await source.import(parent, { ...answers, id, actionNames }, options);
  return registry.registerDataset(dataset.folder);
}

/** A built-in environment says itself what its actions are called. */
function checkedActionNames(
  { format, actionKind, actionCount, observationShape: [, , channels] }: ImportInspection,
  { environment, actionNames }: ImportAnswers,
): readonly string[] | undefined {
  const builtIn = environmentSpecifications.find(({ id }) => id === environment);
  if (!builtIn || format === 'studio') return actionNames;
  if (actionKind !== builtIn.actionKind) {
    throw new StudioError(
      `These episodes have ${actionKind} actions, but ${builtIn.title} has ${builtIn.actionKind} ones: give them another environment's name.`,
    );
  }
  const own = builtIn.actions.length;
  // Not every discrete action need have been taken.
  const fits = actionKind === 'discrete' ? actionCount <= own : actionCount === own;
  if (!fits || channels !== builtIn.observationShape[2]) {
    throw new StudioError(
      `These episodes have ${actionCount} actions and ${channels} colour channels, but ${builtIn.title} has ${own} and ` +
        `${builtIn.observationShape[2]}: give them another environment's name.`,
    );
  }
  return builtIn.actions;
}
