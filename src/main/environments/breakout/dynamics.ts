import { BOARD_SIZE, clampToBoard } from '../grid/board';

/**
 * Breakout after MinAtar's rules: a ball that flies along diagonals, one cell a step, three rows of bricks below a free
 * top row, and a paddle of one cell in the bottom row. Walls, ceiling, bricks and paddle turn the ball. A paddle that the
 * ball comes straight down on mirrors its flight; a paddle in the cell that it would have flown into sends it back the way
 * it came. A broken brick earns 1. There is no ramp of difficulty.
 */
export interface BreakoutState {
  readonly paddle: number;
  readonly ball: Ball;
  /** Where the ball was one step ago. */
  readonly trail: { readonly column: number; readonly row: number };
  /** One number for each row of bricks from `FIRST_BRICK_ROW` down, bit c for a brick in column c. */
  readonly bricks: readonly number[];
  /** The last step broke a brick: the ball breaks none in this one, but flies through. */
  readonly struck: boolean;
}

export interface Ball {
  readonly column: number;
  readonly row: number;
  /** -1 left, 1 right */
  readonly across: number;
  /** -1 up, 1 down */
  readonly down: number;
}

export interface BreakoutOutcome {
  readonly state: BreakoutState;
  readonly reward: number;
  /** The ball passed the paddle. */
  readonly missed: boolean;
}

export const FIRST_BRICK_ROW = 1;
export const PADDLE_ROW = BOARD_SIZE - 1;
const FULL_ROW = 2 ** BOARD_SIZE - 1;
export const FULL_WALL: readonly number[] = [FULL_ROW, FULL_ROW, FULL_ROW];

export function hasBrick(bricks: readonly number[], column: number, row: number): boolean {
  return ((bricks[row - FIRST_BRICK_ROW] ?? 0) >> column) % 2 === 1;
}

export function withoutBrick(bricks: readonly number[], column: number, row: number): readonly number[] {
  const index = row - FIRST_BRICK_ROW;
  return bricks.with(index, bricks[index]! & ~(1 << column));
}

/** Where the ball is in the next column, and its direction, after a wall has turned it if it meets one. */
export function flyAcross({ column, across }: Ball): { column: number; across: number } {
  const next = clampToBoard(column + across);
  return { column: next, across: next === column + across ? across : -across };
}

/** One step, with the paddle moving in `direction` -1, 0 or 1 before the ball flies. */
export function advanceBreakout(state: BreakoutState, direction: number): BreakoutOutcome {
  const { ball } = state;
  const paddle = clampToBoard(state.paddle + direction);
  const { column, across } = flyAcross(ball);
  const row = ball.row + ball.down;
  const next = { paddle, trail: { column: ball.column, row: ball.row }, bricks: state.bricks, struck: false };
  const moved = (change: Partial<Ball>): Ball => ({ column, row, across, down: ball.down, ...change });
  const turned = moved({ row: ball.row, down: -ball.down });

  if (row < 0) {
    return { state: { ...next, ball: moved({ row: 0, down: 1 }) }, reward: 0, missed: false };
  }
  if (hasBrick(state.bricks, column, row)) {
    if (state.struck) return { state: { ...next, ball: moved({}), struck: true }, reward: 0, missed: false };
    const bricks = withoutBrick(state.bricks, column, row);
    return { state: { ...next, ball: turned, bricks, struck: true }, reward: 1, missed: false };
  }
  if (row < PADDLE_ROW) return { state: { ...next, ball: moved({}) }, reward: 0, missed: false };
  // A new wall is built while the ball is at the paddle, so that it never grows around the ball.
  const bricks = state.bricks.some((bits) => bits > 0) ? state.bricks : FULL_WALL;
  if (ball.column === paddle) {
    return { state: { ...next, bricks, ball: turned }, reward: 0, missed: false };
  }
  if (column === paddle) {
    const back = { ...turned, across: -across };
    return { state: { ...next, bricks, ball: back }, reward: 0, missed: false };
  }
  return { state: { ...next, bricks, ball: moved({}) }, reward: 0, missed: true };
}
