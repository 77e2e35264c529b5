import { BOARD_SIZE } from '../grid/board';
import type { Car, FreewayState } from './dynamics';
import { BOTTOM_ROW, CHICKEN_COLUMN, FIRST_LANE, MOVE_INTERVAL } from './dynamics';

const IDLE = 0;
const UP = 1;
const DOWN = 2;

/** Steps that the expert looks ahead: the slowest car goes once around. */
const HORIZON = 60;
const ROWS = BOTTOM_ROW + 1;

/** For each lane and each step from now, 1 where its car runs over the chicken's column in that step. */
function carsAhead(cars: readonly Car[]): Uint8Array[] {
  return cars.map((start) => {
    const runsOver = new Uint8Array(HORIZON + MOVE_INTERVAL);
    let { column, timer } = start;
    for (let step = 0; step < runsOver.length; step++) {
      const before = column;
      if (timer > 0) timer -= 1;
      else {
        column = (column + start.direction + BOARD_SIZE) % BOARD_SIZE;
        timer = start.interval;
      }
      if (before === CHICKEN_COLUMN || column === CHICKEN_COLUMN) runsOver[step] = 1;
    }
    return runsOver;
  });
}

/**
 * Steps from `time` to the top for a chicken that then goes to row `to` and stays for `duration` steps; `steps`
 * `[time, row]` are those of a chicken that is free to move.
 */
function stepsThrough(
  lanes: readonly Uint8Array[],
  steps: Uint8Array,
  time: number,
  to: number,
  duration: number,
): number {
  if (to === 0) return 1;
  const lane = lanes[to - FIRST_LANE];
  let arrival = to;
  for (let step = time; step < time + duration; step++) {
    if (lane?.[step] === 1) arrival = BOTTOM_ROW;
  }
  return duration + steps[(time + duration) * ROWS + arrival]!;
}

/** The soonest way across, exactly, by dynamic programming backwards in time. */
export function expertWalk({ row, moveTimer, cars }: FreewayState): number {
  const lanes = carsAhead(cars);
  const steps = new Uint8Array((HORIZON + MOVE_INTERVAL) * ROWS).fill(HORIZON);
  const up = (time: number, from: number): number =>
    stepsThrough(lanes, steps, time, from - 1, MOVE_INTERVAL);
  const stay = (time: number, from: number): number => stepsThrough(lanes, steps, time, from, 1);
  const down = (time: number, from: number): number =>
    stepsThrough(lanes, steps, time, Math.min(BOTTOM_ROW, from + 1), MOVE_INTERVAL);
  for (let time = HORIZON - 1; time >= moveTimer; time--) {
    for (let from = FIRST_LANE; from <= BOTTOM_ROW; from++) {
      steps[time * ROWS + from] = Math.min(up(time, from), stay(time, from), down(time, from));
    }
  }
  // A chicken that cannot move yet already asks for the move that it will make.
  const soonest = steps[moveTimer * ROWS + row];
  if (up(moveTimer, row) === soonest) return UP;
  return stay(moveTimer, row) === soonest ? IDLE : DOWN;
}

/** Walks on and on, without a look at the cars. */
export function weakWalk(): number {
  return UP;
}
