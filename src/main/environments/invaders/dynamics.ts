import { BOARD_SIZE, clampToBoard } from '../grid/board';

/**
 * Space Invaders after MinAtar's rules: a cannon in the bottom row, and above it a block of aliens that moves sideways,
 * and down one row wherever it meets the edge. Shots fly one cell a step. Every tenth step the lowest alien of the column
 * nearest to the cannon shoots. An alien that is shot earns 1; an alien or its shot that reaches the cannon, or aliens
 * that would leave the board, end the episode. The fewer aliens, the faster they move; each new wave is faster from the
 * start, until its moves are six steps apart.
 */
export interface InvadersState {
  readonly cannon: number;
  /** Each grid is one number for each row from the top, bit c for something in column c. */
  readonly aliens: Grid;
  readonly shots: Grid;
  readonly alienShots: Grid;
  /** -1 left, 1 right */
  readonly direction: number;
  /** Steps until the cannon can shoot, until the aliens move, until one of them shoots. */
  readonly shotTimer: number;
  readonly moveTimer: number;
  readonly alienShotTimer: number;
  /** Steps between moves of a full wave. */
  readonly moveInterval: number;
}

export type Grid = readonly number[];

export interface InvadersOutcome {
  readonly state: InvadersState;
  readonly reward: number;
  readonly lost: boolean;
}

export const CANNON_ROW = BOARD_SIZE - 1;
const WAVE_ROWS = 4;
export const WAVE_COLUMNS = 6;
const SHOT_INTERVAL = 5;
export const ALIEN_SHOT_INTERVAL = 10;
export const FIRST_MOVE_INTERVAL = 12;
const LAST_MOVE_INTERVAL = 6;
const WAVE_LEFT = 2;
const LEFT_EDGE = 1;
const RIGHT_EDGE = 1 << (BOARD_SIZE - 1);
export const EMPTY_GRID: Grid = new Array<number>(BOARD_SIZE).fill(0);

export function isSet(grid: Grid, column: number, row: number): boolean {
  return (grid[row]! >> column) % 2 === 1;
}

/** A full block of aliens whose left column is `left`. */
export function newWave(left = WAVE_LEFT): Grid {
  const row = (2 ** WAVE_COLUMNS - 1) << left;
  return EMPTY_GRID.map((_, index) => (index < WAVE_ROWS ? row : 0));
}

export function count(grid: Grid): number {
  let total = 0;
  for (const row of grid) for (let bits = row; bits > 0; bits &= bits - 1) total += 1;
  return total;
}

const anywhere = (grid: Grid): number => grid.reduce((union, row) => union | row, 0);
const up = (grid: Grid): Grid => [...grid.slice(1), 0];
const down = (grid: Grid): Grid => [0, ...grid.slice(0, -1)];

function mark(grid: Grid, column: number, row: number): Grid {
  return grid.with(row, grid[row]! | (1 << column));
}

/** The lowest alien of the column nearest to the cannon, the left one of two as near. */
function shooter(aliens: Grid, cannon: number): { column: number; row: number } {
  const columns = anywhere(aliens);
  for (let distance = 0; ; distance++) {
    for (const column of [cannon - distance, cannon + distance]) {
      if (column < 0 || (columns >> column) % 2 === 0) continue;
      return { column, row: aliens.findLastIndex((row) => (row >> column) % 2 === 1) };
    }
  }
}

/** The aliens' move, sideways or down and about; `landed` where they leave the board. */
function moveAliens(aliens: Grid, direction: number): { aliens: Grid; direction: number; landed: boolean } {
  const edge = direction < 0 ? LEFT_EDGE : RIGHT_EDGE;
  if ((anywhere(aliens) & edge) === 0) {
    return { aliens: aliens.map((row) => (direction < 0 ? row >> 1 : row << 1)), direction, landed: false };
  }
  return { aliens: down(aliens), direction: -direction, landed: aliens[CANNON_ROW]! > 0 };
}

/** One step: the cannon moves by `across` columns or fires, then shots fly, aliens move and shoot, and are hit. */
export function advanceInvaders(
  state: InvadersState,
  { across, fire }: { across: number; fire: boolean },
): InvadersOutcome {
  let { aliens, direction, shotTimer, moveTimer, alienShotTimer, moveInterval } = state;
  const cannon = clampToBoard(state.cannon + across);
  let shots = state.shots;
  if (fire && shotTimer === 0) {
    shots = mark(shots, cannon, CANNON_ROW);
    shotTimer = SHOT_INTERVAL;
  }
  shots = up(shots);
  let alienShots = down(state.alienShots);
  let lost = isSet(alienShots, cannon, CANNON_ROW) || isSet(aliens, cannon, CANNON_ROW);
  if (moveTimer === 0) {
    moveTimer = Math.min(count(aliens), moveInterval);
    const moved = moveAliens(aliens, direction);
    ({ aliens, direction } = moved);
    lost ||= moved.landed || isSet(aliens, cannon, CANNON_ROW);
  }
  if (alienShotTimer === 0) {
    alienShotTimer = ALIEN_SHOT_INTERVAL;
    if (!lost) {
      const { column, row } = shooter(aliens, cannon);
      alienShots = mark(alienShots, column, row);
    }
  }
  const hits = aliens.map((row, index) => row & shots[index]!);
  const reward = count(hits);
  if (reward > 0) {
    aliens = aliens.map((row, index) => row & ~hits[index]!);
    shots = shots.map((row, index) => row & ~hits[index]!);
  }
  if (anywhere(aliens) === 0) {
    aliens = newWave();
    moveInterval = Math.max(LAST_MOVE_INTERVAL, moveInterval - 1);
  }
  shotTimer = Math.max(0, shotTimer - 1);
  const timers = { shotTimer, moveTimer: moveTimer - 1, alienShotTimer: alienShotTimer - 1 };
  return { state: { cannon, aliens, shots, alienShots, direction, moveInterval, ...timers }, reward, lost };
}
