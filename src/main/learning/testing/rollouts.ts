import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../../shared/random';
import type { Engine, NamedValues, ProgramDefinition } from '../../tensor/program';
import type { ActorCriticDefinition } from '../agents/actor-critic';
import { actorHead, perceptronShapes } from '../agents/policy';
import { featureSize, recurrentShapes } from '../world-model/architecture';
import { dream, splitFeatures } from '../world-model/dream';
import { nanoArchitecture, nanoOptimizer, nanoParameters, randomTensor } from './nano';

/** The smallest actor-critic with all its parts. */
export const nanoActorCritic: ActorCriticDefinition = {
  architecture: nanoArchitecture,
  perceptron: { hiddenLayers: 2, hiddenUnits: 8 },
  batchSize: 3,
  horizon: 4,
  discount: 0.95,
  lambda: 0.9,
  entropyWeight: 0.01,
  actionDistribution: 'truncated-normal',
  reinforceShare: 1,
  normalizeAdvantage: false,
  criticWeight: 1,
  optimizer: nanoOptimizer,
};

export const nanoDynamics: NamedValues = nanoParameters(recurrentShapes(nanoArchitecture), 21);

const { actions, deterministicSize, stochasticClasses, stochasticVariables } = nanoArchitecture;
const width = featureSize(nanoArchitecture);

/** Latents as the model makes them: h between -1 and 1, z one-hot per variable; `[rows, features]`. */
export function nanoLatents(rows: number, step: number): Float32Array {
  const random = randomGenerator(23, 'expert', step);
  return Float32Array.from({ length: rows * width }, (_, i) => {
    const column = i % width;
    if (column < deterministicSize) return 2 * random.uniform() - 1;
    return (column - deterministicSize) % stochasticClasses === step % stochasticClasses ? 1 : 0;
  });
}

/** What `actorCriticInputs` describes, for a training's `step`. */
export function rolloutInputs({ horizon, batchSize }: ActorCriticDefinition, step: number, updateTarget = 0) {
  const random = randomGenerator(24, 'noise', step);
  return {
    expertLatents: nanoLatents(horizon * batchSize, step),
    priorUniform: random.fillUniform(new Float32Array((horizon - 1) * batchSize * stochasticVariables)),
    actionUniform: random.fillUniform(new Float32Array((horizon - 1) * batchSize)),
    updateTarget: Float32Array.of(updateTarget),
  };
}

/** A world in which actions matter: their weights are three times those of a fresh model. */
export const livelyDynamics: NamedValues = {
  ...nanoDynamics,
  'input/action/weight': nanoDynamics['input/action/weight']!.map((x) => 3 * x),
};

/** An expert that always takes the same action in `livelyDynamics`: its latents `[horizon, batch, features]`. */
export async function constantExpert(
  engine: Engine,
  { batchSize, horizon }: ActorCriticDefinition,
  action: number,
) {
  const definition: ProgramDefinition = {
    name: 'expert',
    state: recurrentShapes(nanoArchitecture),
    inputs: {
      start: { shape: [batchSize, width], type: 'float32' },
      uniform: { shape: [horizon - 1, batchSize, stochasticVariables], type: 'float32' },
    },
    step: (state, { start, uniform }) => {
      const always = tf.fill([batchSize], action, 'int32');
      const chosen = tf.oneHot(always, actions, 1, 0, 'float32') as tf.Tensor2D;
      const begin = splitFeatures(nanoArchitecture, start!);
      const { states } = dream(state, nanoArchitecture, begin, () => chosen, tf.unstack(uniform!));
      return { outputs: { latents: tf.stack(states) } };
    },
  };
  const program = await engine.compile(definition);
  program.writeState(livelyDynamics);
  return {
    latents: async (update: number): Promise<Float32Array> => {
      const uniform = randomTensor([horizon - 1, batchSize, stochasticVariables], `expert/${update}`, 0, 1);
      const outputs = await program.run({ start: nanoLatents(batchSize, update), uniform });
      return outputs['latents'] as Float32Array;
    },
    dispose: () => program.dispose(),
  };
}

/** π(a | s) for states `[rows, features]`, a row of actions each. */
export async function policyProbabilities(
  engine: Engine,
  { perceptron }: ActorCriticDefinition,
  parameters: NamedValues,
  states: Float32Array,
): Promise<number[][]> {
  const rows = states.length / width;
  const program = await engine.compile({
    name: 'policy',
    state: perceptronShapes('actor', perceptron, width, actions),
    inputs: { states: { shape: [rows, width], type: 'float32' } },
    step: (state, inputs) => ({
      outputs: { probabilities: tf.softmax(actorHead(state, perceptron, inputs['states']!)) },
    }),
  });
  program.writeState(
    Object.fromEntries(Object.keys(program.definition.state).map((name) => [name, parameters[name]!])),
  );
  const { probabilities } = await program.run({ states });
  await program.dispose();
  return Array.from({ length: rows }, (_, row) => [
    ...probabilities!.slice(row * actions, (row + 1) * actions),
  ]);
}

export const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
