import type { PursuitState } from './dynamics';
import { THRUST, padAcceleration, padVelocity, padX } from './dynamics';

const LEFT = 0;
const IDLE = 1;
const RIGHT = 2;

interface Gains {
  /** Wanted acceleration per pixel of distance */
  distance: number;
  /** Wanted acceleration per pixel per step of relative velocity */
  velocity: number;
  /** Share of the pad's own acceleration that is followed */
  feedForward: number;
}

/** The thrust nearest to the acceleration that a linear controller wants. */
function steer(state: Readonly<PursuitState>, { distance, velocity, feedForward }: Gains): number {
  const offset = state.craftX - padX(state);
  const drift = state.craftVelocity - padVelocity(state);
  const wanted = feedForward * padAcceleration(state) - distance * offset - velocity * drift;
  if (wanted > THRUST / 2) return RIGHT;
  return wanted < -THRUST / 2 ? LEFT : IDLE;
}

export function expertThrust(state: Readonly<PursuitState>): number {
  return steer(state, { distance: 0.05, velocity: 0.65, feedForward: 1 });
}

export function weakThrust(state: Readonly<PursuitState>): number {
  return steer(state, { distance: 0.08, velocity: 0.12, feedForward: 0 });
}
