import type { CartPoleState } from './dynamics';

/** Push per unit of each state value, in units of one full push. */
type Gains = Readonly<CartPoleState>;

/**
 * Infinite-horizon linear-quadratic gains for the dynamics linearised about upright, state cost diag(1, 0.1, 4, 0.1)
 * on (position, velocity, angle, angular velocity) and control cost 1 per squared push; a test solves it again.
 */
export const EXPERT_GAINS: Gains = {
  position: 0.711,
  velocity: 0.84,
  angle: 5.067,
  angularVelocity: 1.28,
};
const WEAK_GAINS: Gains = { ...EXPERT_GAINS, position: 0, velocity: 0 };
/** Output at which a push begins, in full pushes: a little late, so that pushes come in few, well-founded bursts. */
const EXPERT_THRESHOLD = 0.6;
const WEAK_THRESHOLD = 0.6;

export const LEFT = 0;
export const IDLE = 1;
export const RIGHT = 2;

function push(state: Readonly<CartPoleState>, gains: Gains, threshold: number): number {
  const output =
    gains.position * state.position +
    gains.velocity * state.velocity +
    gains.angle * state.angle +
    gains.angularVelocity * state.angularVelocity;
  if (output > threshold) return RIGHT;
  return output < -threshold ? LEFT : IDLE;
}

export function expertPush(state: Readonly<CartPoleState>): number {
  return push(state, EXPERT_GAINS, EXPERT_THRESHOLD);
}

export function weakPush(state: Readonly<CartPoleState>): number {
  return push(state, WEAK_GAINS, WEAK_THRESHOLD);
}
