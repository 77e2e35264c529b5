import { randomGenerator } from '../../../shared/random';
import { initialTarget } from '../../learning/agents/actor-critic';
import { dittoTrainStep, type DittoDefinition } from '../../learning/agents/ditto';
import { LATENT_TABLE, withLatentTable } from '../../learning/agents/latent-table';
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

/** Noise, on whose values the amount of work does not depend; but latents are as they are, mostly zero. */
export function dittoTask(definition: DittoDefinition): DittoTask {
  const step = withLatentTable(dittoTrainStep(definition), EXPERT_LATENTS);
  const parameters = initializeParameters(step.parameters, 0);
  const { expertRows, ...noise } = step.inputs;
  const random = randomGenerator(0, 'expertRows');
  const inputs = Object.entries(noise).map(([name, { shape }]) => [name, shape] as const);
  return {
    ...{ step, parameters, carried: initialTarget(parameters) },
    frozen: { ...randomValues(step.frozen!, 0.1), [LATENT_TABLE]: randomLatents(definition) },
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

/** Numbers below 0.1, then a one-hot sample for each variable. */
function randomLatents({ architecture }: DittoDefinition): Float32Array {
  const { deterministicSize, stochasticVariables: variables, stochasticClasses: classes } = architecture;
  const random = randomGenerator(0, LATENT_TABLE);
  const size = deterministicSize + variables * classes;
  const latents = new Float32Array(EXPERT_LATENTS * size);
  for (let start = 0; start < latents.length; start += size) {
    random.fillUniform(latents.subarray(start, start + deterministicSize));
    for (let index = 0; index < deterministicSize; index++) latents[start + index]! *= 0.1;
    for (let variable = 0; variable < variables; variable++)
      latents[start + deterministicSize + variable * classes + random.integer(classes)] = 1;
  }
  return latents;
}

function randomValues(shapes: NamedShapes, scale: number): NamedValues {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const uniform = randomGenerator(0, name).fillUniform(new Float32Array(elementCount(shape)));
      return [name, uniform.map((value) => value * scale)];
    }),
  );
}
