import type { TrainingRunConfiguration } from '../../shared/configuration/run';
import type { NamedShapes, TensorValues } from '../tensor/program';
import type { TrainStep } from '../tensor/train-step';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import { latestCheckpoint } from './checkpoint-folders';
import { CheckpointWriter } from './checkpoint-writer';
import type { JobContext } from './job-context';
import { truncateMetrics } from './metrics';
import { fromStored, toStored } from './tensors';

/** One training: what the loop below needs to know of a method. */
export interface Training {
  /** e.g. `Training the world model` */
  phase: string;
  totalSteps: number;
  settings: TrainingRunConfiguration;
  trainStep: TrainStep;
  /** The step's inputs, a pure function of the step, counted from 0. */
  inputs(step: number): Promise<Record<string, TensorValues>>;
  /** Measures on held-out data; names become metrics with the prefix `validation/`. */
  validate?(step: number): Promise<Record<string, number>>;
  /** Shows what has been learned so far, at every validation. */
  illustrate?(step: number): Promise<void>;
  /** Of the validation's numbers, how good the checkpoint is; higher is better. */
  score?(validation: Record<string, number>): number;
  /** What a reader of the checkpoint must know besides the tensors. */
  model: Record<string, unknown>;
}

export interface TrainingEnd {
  /** Whether all steps were made. */
  finished: boolean;
  /** The last one. */
  validation: Record<string, number>;
}

/**
 * Trains from the newest sound checkpoint, or from the start, to the end or until the job is asked to stop. A stopped
 * and resumed training makes the same numbers as one that never stopped: inputs depend on the step alone, and
 * everything else is in the checkpoint.
 */
export async function train(context: JobContext, training: Training): Promise<TrainingEnd> {
  const first = await resume(context, training);
  const writer = new CheckpointWriter();
  try {
    return await trainFrom(first, context, training, writer);
  } finally {
    await writer.end();
  }
}

async function trainFrom(
  first: number,
  context: JobContext,
  training: Training,
  writer: CheckpointWriter,
): Promise<TrainingEnd> {
  const { settings, totalSteps, trainStep } = training;
  const { timeline } = context;
  let validation: Record<string, number> = {};
  let saved = first;
  const save = async (step: number): Promise<void> => {
    if (saved === step && step > 0) return;
    saved = step;
    context.metrics.checkpoint();
    const write = await copyState(context, training, step, validation);
    await writer.begin(() => timeline.span('checkpoint', write));
  };
  // The next step's inputs are made, and the last checkpoint is written, while this one computes.
  const prepare = (step: number) => timeline.span('inputs', () => training.inputs(step));
  let upcoming = first < totalSteps ? prepare(first) : undefined;
  for (let step = first; step < totalSteps; step++) {
    const inputs = await upcoming!;
    const running = timeline.span('step', () => trainStep.run(inputs));
    if (step + 1 < totalSteps) {
      upcoming = prepare(step + 1);
      upcoming.catch(() => undefined); // reported when awaited
    }
    const outputs = await running;
    writer.check();
    const done = step + 1;
    if (done % settings.logInterval === 0 || done === totalSteps)
      await timeline.span('metrics', () => context.metrics.write(done, scalars(outputs)));
    if (done % settings.validationInterval === 0 || done === totalSteps) {
      if (training.validate) {
        validation = await timeline.span('validation', () => training.validate!(done));
        context.metrics.write(done, prefixed(validation));
      }
      await timeline.span('illustration', () => training.illustrate?.(done));
    }
    if (done % settings.checkpointInterval === 0 || done === totalSteps) await save(done);
    context.progress(training.phase, done, totalSteps);
    if (context.stopRequested && done < totalSteps) {
      await save(done);
      return { finished: false, validation };
    }
  }
  if (training.validate && Object.keys(validation).length === 0)
    validation = await training.validate(totalSteps);
  return { finished: true, validation };
}

async function resume(context: JobContext, { trainStep }: Training): Promise<number> {
  const { checkpoint, damaged } = await latestCheckpoint(context.folder);
  for (const { folder, reason } of damaged) {
    context.log('warning', `The checkpoint ${folder} was skipped: ${reason}`);
  }
  truncateMetrics(context.folder, checkpoint?.step ?? 0);
  if (!checkpoint) return 0;
  const { tensors, step, folder } = await loadCheckpoint(checkpoint.folder);
  const { parameters, carried = {} } = trainStep.definition;
  trainStep.restore(
    {
      parameters: fromStored(tensors['parameters'] ?? {}, parameters, folder),
      optimizer: fromStored(tensors['optimizer'] ?? {}, optimizerShapes(parameters), folder),
      carried: fromStored(tensors['carried'] ?? {}, carried, folder),
    },
    step,
  );
  context.log('information', `Resumed from step ${step}.`);
  return step;
}

/** Copies what training goes on to change. Returns how to write it as the checkpoint of the step. */
async function copyState(
  context: JobContext,
  { trainStep, settings, score, model }: Training,
  step: number,
  validation: Record<string, number>,
): Promise<() => Promise<void>> {
  const { parameters, carried = {} } = trainStep.definition;
  const snapshot = await context.timeline.span('snapshot', () => trainStep.snapshot());
  const measured = score && Object.keys(validation).length > 0 ? score(validation) : undefined;
  const content = {
    tensors: {
      parameters: toStored(snapshot.parameters, parameters),
      optimizer: toStored(snapshot.optimizer, optimizerShapes(parameters)),
      carried: toStored(snapshot.carried, carried),
    },
    state: { model: JSON.parse(JSON.stringify(model)) as never, validation },
  };
  const options = {
    keepNewest: settings.keepCheckpoints,
    ...(measured !== undefined && Number.isFinite(measured) && { score: measured }),
  };
  return async () => {
    await saveCheckpoint(context.folder, step, content, options);
    context.send({ type: 'checkpoint', step });
  };
}

function optimizerShapes(parameters: NamedShapes): NamedShapes {
  const moments = ['firstMoment/', 'secondMoment/'];
  return Object.fromEntries(
    moments.flatMap((moment) => Object.entries(parameters).map(([name, shape]) => [moment + name, shape])),
  );
}

/** Outputs of one element, as numbers. */
function scalars(outputs: Record<string, ArrayLike<number>>): Record<string, number> {
  const single = Object.entries(outputs).filter(([, values]) => values.length === 1);
  return Object.fromEntries(single.map(([name, values]) => [name, values[0]!]));
}

function prefixed(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`validation/${name}`, value]));
}
