import { randomGenerator } from '../../../shared/random';
import { initialTarget } from '../../learning/agents/actor-critic';
import { dittoTrainStep, type DittoDefinition } from '../../learning/agents/ditto';
import { withLatentTable } from '../../learning/agents/latent-table';
import { initializeParameters } from '../../learning/initialization';
import { elementCount, type NamedShapes, type NamedValues, type TensorValues } from '../../tensor/program';
import type { TrainStepDefinition } from '../../tensor/train-step';

/** A training step of DITTO with everything that it takes to run it. */
export interface DittoTask {
  step: TrainStepDefinition;
  parameters: NamedValues;
  carried: NamedValues;
  frozen: NamedValues;
  inputs: Record<string, TensorValues>;
}

/** The expert's latents to choose from. */
const EXPERT_LATENTS = 10_000;

/** Noise everywhere: the amount of work does not depend on the values. */
export function dittoTask(definition: DittoDefinition): DittoTask {
  const step = withLatentTable(dittoTrainStep(definition), EXPERT_LATENTS);
  const parameters = initializeParameters(step.parameters, 0);
  const { expertRows, ...noise } = step.inputs;
  const random = randomGenerator(0, 'expertRows');
  const inputs = Object.entries(noise).map(([name, { shape }]) => [name, shape] as const);
  return {
    ...{ step, parameters, carried: initialTarget(parameters) },
    frozen: randomValues(step.frozen!, 0.1),
    inputs: {
      ...randomValues(Object.fromEntries(inputs), 1),
      expertRows: Int32Array.from({ length: elementCount(expertRows!.shape) }, () =>
        random.integer(EXPERT_LATENTS),
      ),
      // Most steps leave the target critic as it is.
      updateTarget: Float32Array.of(0),
    },
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
