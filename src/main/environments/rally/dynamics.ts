/**
 * A ball between two walls and a ceiling, and a paddle at the bottom. All lengths in pixels, time in steps, x to the
 * right, y down. The ball moves in straight lines; walls and ceiling mirror it. The paddle's face is convex: a hit off
 * its centre turns the ball outwards.
 */
export interface RallyState {
  ballX: number;
  ballY: number;
  /** Direction of flight, in radians from straight up or down, positive to the right. */
  angle: number;
  falling: boolean;
  /** Pixels per step */
  speed: number;
  /** The paddle's centre */
  paddleX: number;
}

export interface RallyOutcome {
  state: RallyState;
  event: 'flight' | 'returned' | 'missed';
}

export const BALL_RADIUS = 2.5;
export const PADDLE_HALF_WIDTH = 6;
export const PADDLE_TOP = 57;
/** Inner faces of the walls and the ceiling. */
export const LEFT_WALL = 2;
export const RIGHT_WALL = 62;
export const CEILING = 2;

export const PADDLE_SPEED = 1.4;
export const INITIAL_SPEED = 2.8;
/** Factor on the ball's speed at each return, up to the maximum. */
const SPEED_UP = 1.05;
export const MAXIMUM_SPEED = 5;

const DEGREE = Math.PI / 180;
/** Turn of the ball's direction at the paddle's very edge. */
const EDGE_TURN = 40 * DEGREE;
/** The ball never flies so steeply that a paddle at rest keeps returning it, nor so flat that it takes ages. */
export const SMALLEST_ANGLE = 20 * DEGREE;
export const LARGEST_ANGLE = 55 * DEGREE;

const LOWEST_X = LEFT_WALL + BALL_RADIUS;
const HIGHEST_X = RIGHT_WALL - BALL_RADIUS;
const HIGHEST_Y = CEILING + BALL_RADIUS;
/** The ball's centre when it touches the paddle. */
const PADDLE_PLANE = PADDLE_TOP - BALL_RADIUS;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Moves the ball freely for `time` steps, at most 1; walls and ceiling mirror it. */
function fly(state: RallyState, time: number): RallyState {
  let { angle, falling } = state;
  let ballX = state.ballX + state.speed * Math.sin(angle) * time;
  let ballY = state.ballY + (falling ? 1 : -1) * state.speed * Math.cos(angle) * time;
  if (ballX < LOWEST_X || ballX > HIGHEST_X) {
    ballX = 2 * (ballX < LOWEST_X ? LOWEST_X : HIGHEST_X) - ballX;
    angle = -angle;
  }
  if (ballY < HIGHEST_Y) {
    ballY = 2 * HIGHEST_Y - ballY;
    falling = true;
  }
  return { ...state, ballX, ballY, angle, falling };
}

/** Steps until the falling ball reaches the paddle's level. */
function timeToPaddle(state: RallyState): number {
  return (PADDLE_PLANE - state.ballY) / (state.speed * Math.cos(state.angle));
}

/** The angle after a hit `offset` half-widths right of the paddle's centre. */
function anglePastPaddle(angle: number, offset: number): number {
  const turned = angle + EDGE_TURN * clamp(offset, -1, 1);
  const size = clamp(Math.abs(turned), SMALLEST_ANGLE, LARGEST_ANGLE);
  return turned < 0 ? -size : size;
}

/** One step, with the paddle moving in `direction` -1, 0 or 1. */
export function advanceRally(state: RallyState, direction: number): RallyOutcome {
  const paddleX = clamp(
    state.paddleX + direction * PADDLE_SPEED,
    LEFT_WALL + PADDLE_HALF_WIDTH,
    RIGHT_WALL - PADDLE_HALF_WIDTH,
  );
  const before = { ...state, paddleX };
  const time = state.falling ? timeToPaddle(state) : Infinity;
  if (time > 1) return { state: fly(before, 1), event: 'flight' };
  const contact = fly(before, time);
  const offset = (contact.ballX - paddleX) / PADDLE_HALF_WIDTH;
  if (Math.abs(offset) > 1 + BALL_RADIUS / PADDLE_HALF_WIDTH)
    return { state: fly(before, 1), event: 'missed' };
  const rebound: RallyState = {
    ...contact,
    angle: anglePastPaddle(contact.angle, offset),
    falling: false,
    speed: Math.min(MAXIMUM_SPEED, state.speed * SPEED_UP),
  };
  return { state: fly(rebound, 1 - time), event: 'returned' };
}

/** Where and in how many steps the ball comes down to the paddle's level next, reflections included. */
export function nextLanding(state: RallyState): { x: number; steps: number } {
  let ahead = state;
  let steps = 0;
  for (;;) {
    const time = ahead.falling ? timeToPaddle(ahead) : Infinity;
    if (time <= 1) return { x: fly(ahead, time).ballX, steps: steps + time };
    ahead = fly(ahead, 1);
    steps += 1;
  }
}
