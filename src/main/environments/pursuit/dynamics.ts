/**
 * A craft without brakes above a landing pad that swings from side to side. Lengths in pixels, time in steps, x to the
 * right. Thrust changes the craft's velocity and the velocity changes its position one step later, so that whoever
 * steers by positions alone always acts too late and swings out further each time.
 */
export interface PursuitState {
  craftX: number;
  craftVelocity: number;
  /** The pad's centre is `PAD_CENTRE + amplitude * sin(phase)`. */
  amplitude: number;
  /** Radians per step */
  frequency: number;
  phase: number;
}

/** Pixels per step per step */
export const THRUST = 1;
export const PAD_CENTRE = 32;
/** The craft is lost when its centre is further than this from the pad's. */
export const PAD_HALF_WIDTH = 14;
export const SMALLEST_AMPLITUDE = 10;
export const LARGEST_AMPLITUDE = 14;
/** Steps for one swing of the pad */
export const SHORTEST_PERIOD = 32;
export const LONGEST_PERIOD = 44;

export function padX({ amplitude, phase }: Readonly<PursuitState>): number {
  return PAD_CENTRE + amplitude * Math.sin(phase);
}

/** Pixels that the pad moves in the coming step. */
export function padVelocity({ amplitude, frequency, phase }: Readonly<PursuitState>): number {
  return amplitude * (Math.sin(phase + frequency) - Math.sin(phase));
}

export function padAcceleration(state: Readonly<PursuitState>): number {
  return -(state.frequency ** 2) * (padX(state) - PAD_CENTRE);
}

export function isLost(state: Readonly<PursuitState>): boolean {
  return Math.abs(state.craftX - padX(state)) > PAD_HALF_WIDTH;
}

/**
 * One step with the thruster pushing in `direction` -1, 0 or 1. Explicit Euler, on purpose: the position moves by the
 * old velocity, which is the delay that makes velocities worth knowing.
 */
export function advancePursuit(state: Readonly<PursuitState>, direction: number): PursuitState {
  return {
    ...state,
    craftX: state.craftX + state.craftVelocity,
    craftVelocity: state.craftVelocity + direction * THRUST,
    phase: state.phase + state.frequency,
  };
}
