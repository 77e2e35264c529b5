import type { RandomGenerator } from '../../../shared/random';
import { BOARD_SIZE } from '../grid/board';

/**
 * Freeway after MinAtar's rules: a chicken walks up one column, across eight lanes of cars. It can move one row every
 * third step. Reaching the top row earns 1, puts it back to the bottom and draws new speeds and directions for all cars; a
 * car that runs into it puts it back too. A car of interval n moves one cell every n + 1 steps and comes back in on the
 * other side of the board. Nothing but the step limit ends an episode (MinAtar's is 2500), and there is no ramp of difficulty.
 */
export interface FreewayState {
  readonly row: number;
  /** Steps until the chicken can move again. */
  readonly moveTimer: number;
  /** One for each lane, from row 1 down. */
  readonly cars: readonly Car[];
}

export interface Car {
  readonly column: number;
  /** -1 left, 1 right */
  readonly direction: number;
  /** 1 fastest to 5 slowest */
  readonly interval: number;
  /** Steps that the car still stands. */
  readonly timer: number;
}

export interface FreewayOutcome {
  readonly state: FreewayState;
  readonly reward: number;
}

export const CHICKEN_COLUMN = 4;
export const FIRST_LANE = 1;
export const LANES = 8;
export const BOTTOM_ROW = BOARD_SIZE - 1;
export const MOVE_INTERVAL = 3;
const SLOWEST_INTERVAL = 5;

/** New speeds and directions for cars in the given columns. */
export function drawCars(columns: readonly number[], random: RandomGenerator): readonly Car[] {
  return columns.map((column) => {
    const interval = 1 + random.integer(SLOWEST_INTERVAL);
    return { column, direction: random.integer(2) === 0 ? -1 : 1, interval, timer: interval };
  });
}

function advanceCar(car: Car): Car {
  if (car.timer > 0) return { ...car, timer: car.timer - 1 };
  return { ...car, column: (car.column + car.direction + BOARD_SIZE) % BOARD_SIZE, timer: car.interval };
}

/** One step, with the chicken walking in `direction` -1 (up), 0 or 1 (down) if it can. */
export function advanceFreeway(
  state: FreewayState,
  direction: number,
  random: RandomGenerator,
): FreewayOutcome {
  const moves = direction !== 0 && state.moveTimer === 0;
  const moveTimer = moves ? MOVE_INTERVAL : state.moveTimer;
  let row = moves ? Math.min(BOTTOM_ROW, state.row + direction) : state.row;
  let { cars } = state;
  const crossed = row === 0;
  if (crossed) {
    const columns = cars.map(({ column }) => column);
    cars = drawCars(columns, random);
    row = BOTTOM_ROW;
  }
  const next = cars.map(advanceCar);
  const lane = row - FIRST_LANE;
  if ([cars[lane], next[lane]].some((car) => car?.column === CHICKEN_COLUMN)) row = BOTTOM_ROW;
  return {
    state: { row, moveTimer: Math.max(0, moveTimer - 1), cars: next },
    reward: crossed ? 1 : 0,
  };
}
