import { randomGenerator } from '../../../shared/random';
import { initialTarget } from '../../learning/agents/actor-critic';
import { dittoTrainStep, type DittoDefinition } from '../../learning/agents/ditto';
import { initializeParameters } from '../../learning/initialization';
import { elementCount, type NamedShapes, type NamedValues } from '../../tensor/program';
import type { TrainStepDefinition } from '../../tensor/train-step';

/** A training step of DITTO with everything that it takes to run it. */
export interface DittoTask {
  step: TrainStepDefinition;
  parameters: NamedValues;
  carried: NamedValues;
  frozen: NamedValues;
  inputs: NamedValues;
}

/** Noise everywhere: the amount of work does not depend on the values. */
export function dittoTask(definition: DittoDefinition): DittoTask {
  const step = dittoTrainStep(definition);
  const parameters = initializeParameters(step.parameters, 0);
  const inputs = Object.entries(step.inputs).map(([name, { shape }]) => [name, shape] as const);
  return {
    ...{ step, parameters, carried: initialTarget(parameters) },
    frozen: randomValues(step.frozen!, 0.1),
    // Most steps leave the target critic as it is.
    inputs: { ...randomValues(Object.fromEntries(inputs), 1), updateTarget: Float32Array.of(0) },
  };
}

function randomValues(shapes: NamedShapes, scale: number): NamedValues {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const uniform = randomGenerator(0, name).fillUniform(new Float32Array(elementCount(shape)));
      return [name, uniform.map((value) => value * scale)];
    }),
  );
}
