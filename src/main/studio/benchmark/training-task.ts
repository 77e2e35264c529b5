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
import { sizedWorldModel, worldModelTask, type StepSize } from './world-model-task';

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

/** @param size what differs from the preset's */
export function trainingTask(training: BenchmarkTraining, preset: string, size: StepSize = {}): TrainingTask {
  if (training === 'world-model') {
    const task = worldModelTask(preset, size);
    const { architecture, batchSize, sequenceLength: length } = task.definition;
    const operations = trainingOperations(architecture, batchSize, length);
    return { training, ...task, operations, batchSize, length };
  }
  const { architecture } = sizedWorldModel(preset, { width: size.width });
  const configuration = parseConfiguration(dittoConfiguration, findPreset(preset).ditto);
  const sized = parseConfiguration(dittoConfiguration, {
    ...configuration,
    batchSize: size.batch ?? configuration.batchSize,
    horizon: size.length ?? configuration.horizon,
    hiddenUnits: (size.width ?? 1) * configuration.hiddenUnits,
  });
  const definition = defineDitto(sized, architecture, 0);
  const { batchSize, horizon: length } = definition;
  const operations = dittoOperations(definition);
  return { training, definition, ...dittoTask(definition), operations, batchSize, length };
}
