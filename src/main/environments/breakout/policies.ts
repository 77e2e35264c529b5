import { clampToBoard } from '../grid/board';
import type { BreakoutState } from './dynamics';
import { PADDLE_ROW, advanceBreakout, flyAcross } from './dynamics';

const IDLE = 0;
const LEFT = 1;
const RIGHT = 2;

/** Landings that the expert looks ahead, each with two ways to return the ball. */
const LANDINGS_AHEAD = 4;
const DISCOUNT = 0.98;
/** Worth of a ball that cannot be reached. */
const LOSS = -10;

interface Plan {
  /** Discounted bricks */
  value: number;
  /** Where the paddle has to be when the ball lands. */
  paddle: number;
}

function moveTowards(paddle: number, column: number): number {
  if (column === paddle) return IDLE;
  return column > paddle ? RIGHT : LEFT;
}

/**
 * Follows the ball to its landing, tries both ways to return it, and so on for a number of landings: the way that breaks
 * most bricks soonest, as far as the paddle can be there in time.
 */
function plan(start: BreakoutState, landings: number): Plan {
  let state = start;
  let bricks = 0;
  let discount = 1;
  let moves = 1;
  while (state.ball.row + state.ball.down < PADDLE_ROW) {
    const { state: next, reward } = advanceBreakout(state, 0);
    bricks += discount * reward;
    discount *= DISCOUNT;
    moves += 1;
    state = next;
  }
  if (landings === 0) return { value: bricks, paddle: state.paddle };
  let best: Plan = { value: LOSS, paddle: state.ball.column };
  for (const paddle of [state.ball.column, flyAcross(state.ball).column]) {
    if (Math.abs(paddle - state.paddle) > moves) continue;
    const { state: returned } = advanceBreakout({ ...state, paddle }, 0);
    const value = plan(returned, landings - 1).value * discount * DISCOUNT;
    if (value > best.value) best = { value, paddle };
  }
  return { value: bricks + best.value, paddle: best.paddle };
}

export function expertPaddle(state: BreakoutState): number {
  return moveTowards(state.paddle, plan(state, LANDINGS_AHEAD).paddle);
}

/** Runs to where a falling ball would land if there were no walls. */
export function weakPaddle({ paddle, ball }: BreakoutState): number {
  if (ball.down < 0) return IDLE;
  return moveTowards(paddle, clampToBoard(ball.column + ball.across * (PADDLE_ROW - 1 - ball.row)));
}
