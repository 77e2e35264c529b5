/**
 * The cart-pole of Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
 * problems" (1983), without friction: a pole hinged on a cart that is pushed left or right. Distances in metres, angles
 * in radians from upright (positive to the right), velocities per second.
 */
export interface CartPoleState {
  position: number;
  velocity: number;
  angle: number;
  angularVelocity: number;
}

const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = 1.1;
export const POLE_LENGTH = 1;
const HALF_LENGTH = POLE_LENGTH / 2;
/** Newtons */
const PUSH = 15;
/** Seconds */
export const TIME_STEP = 0.04;

/** The cart's centre may go this far from the middle of the track. */
export const HALF_TRACK = 1;
export const FALL_ANGLE = Math.PI / 6;

/**
 * The state one time step later, with `direction` -1, 0 or 1 times the full push held meanwhile. Explicit Euler, as in
 * the paper and in Gymnasium's CartPole: pushes that depend on position and angle alone then pump energy into the swing,
 * and the best controller that ignores the velocities lasts about 42 of 200 steps. A semi-implicit step conserves that
 * energy and lets one last 186, so that a single frame would suffice.
 */
export function advanceCartPole(state: CartPoleState, direction: number): CartPoleState {
  const { position, velocity, angle, angularVelocity } = state;
  const sine = Math.sin(angle);
  const cosine = Math.cos(angle);
  const drive =
    (direction * PUSH + POLE_MASS * HALF_LENGTH * angularVelocity * angularVelocity * sine) / TOTAL_MASS;
  const angularAcceleration =
    (GRAVITY * sine - cosine * drive) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cosine * cosine) / TOTAL_MASS));
  const acceleration = drive - (POLE_MASS * HALF_LENGTH * angularAcceleration * cosine) / TOTAL_MASS;
  return {
    position: position + TIME_STEP * velocity,
    velocity: velocity + TIME_STEP * acceleration,
    angle: angle + TIME_STEP * angularVelocity,
    angularVelocity: angularVelocity + TIME_STEP * angularAcceleration,
  };
}

export function hasFallen({ position, angle }: CartPoleState): boolean {
  return Math.abs(angle) > FALL_ANGLE || Math.abs(position) > HALF_TRACK;
}
