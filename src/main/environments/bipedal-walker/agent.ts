import weights from '../../../../resources/experts/bipedalwalker-ppo.json';

/**
 * The mean action `[4]`, each in [-1, 1], of an agent that RL Baselines3 Zoo trained with PPO on Gymnasium's environment
 * (resources/experts/README.md): a perceptron of two tanh layers on the normalised state `[24]`.
 */
export function agentTorques(state: Float32Array): Float32Array {
  const normalised = state.map((value, index) => {
    const deviation = Math.sqrt(weights.observationVariance[index]! + weights.varianceEpsilon);
    return clip((value - weights.observationMean[index]!) / deviation, weights.observationBound);
  });
  const [first, second, output] = weights.layers as [Layer, Layer, Layer];
  const hidden = [first, second].reduce((values, layer) => affine(layer, values).map(Math.tanh), normalised);
  return affine(output, hidden).map((torque) => clip(torque, 1));
}

interface Layer {
  /** `[outputs][inputs]` */
  weight: number[][];
  /** `[outputs]` */
  bias: number[];
}

function affine({ weight, bias }: Layer, inputs: Float32Array): Float32Array {
  return Float32Array.from(bias, (sum, output) => {
    const row = weight[output]!;
    for (let input = 0; input < row.length; input++) sum += row[input]! * inputs[input]!;
    return sum;
  });
}

function clip(value: number, bound: number): number {
  return Math.min(bound, Math.max(-bound, value));
}
