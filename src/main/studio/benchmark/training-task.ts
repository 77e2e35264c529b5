import { parseConfiguration } from '../../../shared/configuration/field';
import { dittoConfiguration } from '../../../shared/configuration/agent';
import { findPreset } from '../../../shared/configuration/presets';
import type { BenchmarkTraining } from '../../../shared/contract/benchmark';
import { dittoOperations } from '../../learning/agents/operations';
import { trainingOperations } from '../../learning/world-model/operations';
import type { NamedValues, TensorValues } from '../../tensor/program';
import type { TrainStepDefinition } from '../../tensor/train-step';
import { defineDitto } from '../../trainer/agent-definitions';
import { dittoTask } from './ditto-task';
import { worldModelTask } from './world-model-task';

/** A training step on noise, with everything that it takes to run it, here or elsewhere. */
export interface TrainingTask {
  training: BenchmarkTraining;
  /** What the step was made from. */
  definition: object;
  step: TrainStepDefinition;
  parameters: NamedValues;
  carried?: NamedValues;
  frozen?: NamedValues;
  inputs: Record<string, TensorValues>;
  /** Floating-point operations of the step. */
  operations: number;
  /** Sequences or rollouts of a step. */
  batchSize: number;
  /** Time steps of each. */
  length: number;
}

/** @param batch instead of the preset's */
export function trainingTask(training: BenchmarkTraining, preset: string, batch?: number): TrainingTask {
  if (training === 'world-model') {
    const task = worldModelTask(preset, batch);
    const { architecture, batchSize, sequenceLength: length } = task.definition;
    const operations = trainingOperations(architecture, batchSize, length);
    return { training, ...task, operations, batchSize, length };
  }
  const configuration = parseConfiguration(dittoConfiguration, {
    ...findPreset(preset).ditto,
    ...(batch === undefined ? {} : { batchSize: batch }),
  });
  const definition = defineDitto(configuration, worldModelTask(preset).definition.architecture, 0);
  const { batchSize, horizon: length } = definition;
  const operations = dittoOperations(definition);
  return { training, definition, ...dittoTask(definition), operations, batchSize, length };
}
