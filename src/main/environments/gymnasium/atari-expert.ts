import * as tf from '@tensorflow/tfjs-core';
import type { Action } from '../../../shared/actions';
import type { DistantPolicy } from '../../../shared/environment';
import { randomGenerator, type RandomGenerator } from '../../../shared/random';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedValues, Program, ProgramDefinition } from '../../tensor/program';
import type { ExpertGame } from './atari-games';
import { atariView, viewSize } from './atari-view';
import type { GymnasiumEnvironment } from './environment';

const hiddenSize = 256;

interface Weights {
  /** Half-precision numbers in base64. */
  readonly tensors: Readonly<Record<string, { shape: number[]; data: string }>>;
}

/** Loaded when they are asked for: each is 2 MB. */
const games: Readonly<Record<ExpertGame, () => Promise<{ default: unknown }>>> = {
  Breakout: () => import('../../../../resources/experts/atari-breakout.json'),
  Pong: () => import('../../../../resources/experts/atari-pong.json'),
  SpaceInvaders: () => import('../../../../resources/experts/atari-spaceinvaders.json'),
};

/**
 * An agent that others trained by A3C from pixels (resources/experts/README.md): four convolutions, a GRU and a softmax
 * over the actions, from which it draws.
 */
export class AtariExpert implements DistantPolicy {
  readonly #environment: GymnasiumEnvironment;
  readonly #game: ExpertGame;
  #program: Program | undefined;
  #random: RandomGenerator = randomGenerator(0, 'atari-expert');

  constructor(environment: GymnasiumEnvironment, game: ExpertGame) {
    this.#environment = environment;
    this.#game = game;
  }

  async begin(seed: number): Promise<void> {
    this.#program ??= await compile(this.#game);
    this.#program.writeState({ hidden: new Float32Array(hiddenSize) });
    this.#random = randomGenerator(seed, 'atari-expert');
  }

  async act(): Promise<Action> {
    if (!this.#program) throw new Error('The policy has not begun an episode.');
    const view = atariView(await this.#environment.screen());
    const { probabilities } = await this.#program.run({ view });
    let left = this.#random.uniform();
    const action = probabilities!.findIndex((probability) => (left -= probability) < 0);
    // The probabilities may sum up to a little less than 1.
    return action < 0 ? probabilities!.length - 1 : action;
  }
}

async function compile(game: ExpertGame): Promise<Program> {
  const { tensors } = (await games[game]()).default as Weights;
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
  const program = await onnxRuntimeEngine({ threads: 1 }).compile(expertStep(shapes));
  const values: NamedValues = {};
  for (const [name, { data }] of Object.entries(tensors)) {
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
    values[name] = Float32Array.from(new Float16Array(bytes.buffer));
  }
  program.writeState(values);
  return program;
}

function expertStep(weights: Readonly<Record<string, number[]>>): ProgramDefinition {
  return {
    name: 'atari-expert',
    state: { ...weights, hidden: [1, hiddenSize] },
    inputs: { view: { shape: [1, viewSize, viewSize, 1], type: 'uint8' } },
    step: (state, { view }) => {
      let x = tf.div(view!, 255) as tf.Tensor4D;
      for (let layer = 0; layer < 4; layer++) {
        const filter = state[`convolution/${layer}/filter`] as tf.Tensor4D;
        const padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]) as tf.Tensor4D; // prettier-ignore
        x = tf.elu(tf.add(tf.conv2d(padded, filter, 2, 'valid'), state[`convolution/${layer}/bias`]!));
      }
      const linear = (name: string, inputs: tf.Tensor): tf.Tensor =>
        tf.add(
          tf.matMul(inputs as tf.Tensor2D, state[`${name}/weight`] as tf.Tensor2D),
          state[`${name}/bias`]!,
        );
      const hidden = state['hidden']!;
      const [resetIn, updateIn, newIn] = tf.split(linear('gru/input', tf.reshape(x, [1, -1])), 3, 1);
      const [resetHidden, updateHidden, newHidden] = tf.split(linear('gru/hidden', hidden), 3, 1);
      const reset = tf.sigmoid(tf.add(resetIn!, resetHidden!));
      const update = tf.sigmoid(tf.add(updateIn!, updateHidden!));
      const candidate = tf.tanh(tf.add(newIn!, tf.mul(reset, newHidden!)));
      const next = tf.add(candidate, tf.mul(update, tf.sub(hidden, candidate)));
      return { state: { hidden: next }, outputs: { probabilities: tf.softmax(linear('actor', next)) } };
    },
  };
}
