import type { RallyState } from './dynamics';
import { PADDLE_SPEED, nextLanding } from './dynamics';

const LEFT = 0;
const IDLE = 1;
const RIGHT = 2;

/** The move that brings the paddle's centre nearer to `x`, or none where it is within half a move of it. */
function moveTowards(paddleX: number, x: number): number {
  if (x > paddleX + PADDLE_SPEED / 2) return RIGHT;
  return x < paddleX - PADDLE_SPEED / 2 ? LEFT : IDLE;
}

export function expertMove(state: Readonly<RallyState>): number {
  return moveTowards(state.paddleX, nextLanding(state).x);
}

export function weakMove(state: Readonly<RallyState>): number {
  return moveTowards(state.paddleX, state.ballX);
}
