import { join } from 'node:path';
import { z } from 'zod';
import { actionKinds } from '../../shared/actions';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import type { NamedValues } from '../tensor/program';
import { worldModelShapes } from '../learning/world-model/architecture';
import type { WorldModelReader } from '../learning/world-model/encode';
import { loadCheckpoint } from './checkpoint';
import { latestCheckpoint, listCheckpointFolders } from './checkpoint-folders';
import { requireEnvironment } from './datasets';
import { readJson } from './files';
import { runFolder } from './home';
import { readDescription } from './run-folder';
import { fromStored } from './tensors';

const size = z.int().positive();

/** What a world model's checkpoint says of it, under `model`. */
export const worldModelSchema = z.strictObject({
  environment: z.string(),
  architecture: z.strictObject({
    imageChannels: size,
    // World models from before there were continuous actions do not say.
    actionKind: z.enum(actionKinds).default('discrete'),
    actions: size,
    convolutionDepth: size,
    deterministicSize: size,
    stochasticVariables: size,
    stochasticClasses: size,
    hiddenSize: size,
  }),
  pixels: z.strictObject({ mean: z.number(), standardDeviation: z.number().positive() }),
});

export interface TrainedWorldModel extends WorldModelReader {
  runId: string;
  environment: string;
  checkpointStep: number;
  parameters: NamedValues;
}

/** The newest sound checkpoint of a run, of the kind that is expected. Throws StudioError if there is none. */
export async function openCheckpoint(home: string, runId: string, kind: 'world-model' | 'agent') {
  const folder = runFolder(home, runId);
  const description = readDescription(folder);
  if (description.kind !== kind) {
    throw new StudioError(`Run ${runId} is of kind ${description.kind}: choose a run of kind ${kind}.`);
  }
  const { checkpoint } = await latestCheckpoint(folder);
  if (!checkpoint) {
    throw new StudioError(`Run ${runId} has no sound checkpoint yet: train it first, or choose another run.`);
  }
  return { description, checkpoint: await loadCheckpoint(checkpoint.folder) };
}

/** A trained world model, ready to be read from. */
export async function loadWorldModel(home: string, runId: string): Promise<TrainedWorldModel> {
  const { checkpoint } = await openCheckpoint(home, runId, 'world-model');
  const model = parseModel(worldModelSchema, checkpoint.state['model'], checkpoint.folder);
  return {
    runId,
    ...model,
    checkpointStep: checkpoint.step,
    parameters: fromStored(
      checkpoint.tensors['parameters'] ?? {},
      worldModelShapes(model.architecture),
      checkpoint.folder,
    ),
  };
}

/** Throws StudioError unless the world model can read the dataset. */
export function requireReadable(
  dataset: Dataset,
  worldModel: Pick<TrainedWorldModel, 'runId' | 'environment' | 'architecture'>,
): void {
  requireEnvironment(dataset, worldModel.environment, `world model ${worldModel.runId}`);
  const { imageChannels, actionKind, actions } = worldModel.architecture;
  const { id, observationShape, actionNames, actionKind: recorded } = dataset.metadata;
  const sameActions = actionKind === recorded && actions === actionNames.length;
  if (imageChannels === observationShape[2] && sameActions) return;
  throw new StudioError(
    `World model ${worldModel.runId} is for ${imageChannels} colour channels and ${actions} ${actionKind} actions, but ` +
      `dataset ${id} has ${observationShape[2]} and ${actionNames.length} ${recorded} ones: choose another of the two.`,
  );
}

/** What a run's newest checkpoint says of its world model, read without the tensors. Throws StudioError if there is none. */
export function describeWorldModel(home: string, runId: string): z.output<typeof worldModelSchema> {
  const folder = listCheckpointFolders(runFolder(home, runId)).at(-1);
  if (folder === undefined) {
    throw new StudioError(`Run ${runId} has no checkpoint yet: train it first, or choose another run.`);
  }
  const { model } = readJson(join(folder, 'state.json'), z.looseObject({ model: worldModelSchema }));
  return model;
}

/** The part of a checkpoint's state that describes its model. Throws StudioError if it does not. */
export function parseModel<Schema extends z.ZodType>(
  schema: Schema,
  model: unknown,
  folder: string,
): z.output<Schema> {
  const parsed = schema.safeParse(model);
  if (parsed.success) return parsed.data;
  throw new StudioError(
    `The checkpoint does not describe its model (${z.prettifyError(parsed.error).split('\n')[0]}): ` +
      `it was written by another version or is damaged; use another checkpoint. ${folder}`,
  );
}
