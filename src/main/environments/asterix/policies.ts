import { BOARD_SIZE } from '../grid/board';
import type { Outlook, Places } from '../grid/planner';
import { emptyOutlook, makePlan } from '../grid/planner';
import { WALKS, walkFrom } from '../grid/walking';
import type { AsterixState } from './dynamics';
import { FIRST_ROW, ROWS, TREASURE_CHANCE } from './dynamics';

/** Steps that the policies plan ahead. */
const EXPERT_HORIZON = 12;
const WEAK_HORIZON = 1;
/** Worth of being caught, in treasures. */
const CAUGHT = -8;
/** Cost of a step per column off the middle, whence both sides are near. */
const OFF_MIDDLE = 0.002;

const CELLS = ROWS * BOARD_SIZE;
const LAST_COLUMN = BOARD_SIZE - 1;

/** The cells of the rows that visitors come to. */
const places: Places = {
  count: CELLS,
  moves: WALKS.length,
  destinations: Uint8Array.from({ length: CELLS * WALKS.length }, (_, index) =>
    walkFrom(Math.floor(index / WALKS.length), index % WALKS.length, ROWS),
  ),
};
const cost = Float64Array.from({ length: CELLS }, (_, cell) => {
  return OFF_MIDDLE * Math.abs((cell % BOARD_SIZE) - LAST_COLUMN / 2);
});

/** Follows the visitors for `horizon` steps; a newcomer may come in at any end of any free row. */
function lookAhead(state: AsterixState, horizon: number): Outlook {
  const outlook = emptyOutlook(CELLS, horizon, cost);
  let { moveTimer, spawnTimer } = state;
  const columns = state.visitors.map((visitor) => visitor?.column);
  const markVisitors = (step: number): void => {
    columns.forEach((column, lane) => {
      if (column === undefined) return;
      const marks = state.visitors[lane]!.treasure ? outlook.prize : outlook.danger;
      marks[step * CELLS + lane * BOARD_SIZE + column] = 1;
    });
  };
  const markNewcomers = (step: number, depth: number): void => {
    const free = columns.filter((column) => column === undefined).length;
    columns.forEach((column, lane) => {
      if (column !== undefined) return;
      for (let inwards = 0; inwards < depth; inwards++) {
        for (const end of [inwards, LAST_COLUMN - inwards]) {
          outlook.danger[step * CELLS + lane * BOARD_SIZE + end] = (1 - TREASURE_CHANCE) / 2 / free;
        }
      }
    });
  };
  for (let step = 0; step < horizon; step++) {
    markVisitors(step);
    if (spawnTimer === 0) {
      markNewcomers(step, moveTimer === 0 ? 2 : 1);
      spawnTimer = state.spawnInterval;
    }
    if (moveTimer === 0) {
      columns.forEach((column, lane) => {
        if (column === undefined) return;
        const next = column + state.visitors[lane]!.direction;
        columns[lane] = next < 0 || next > LAST_COLUMN ? undefined : next;
      });
      markVisitors(step);
      moveTimer = state.moveInterval;
    }
    moveTimer -= 1;
    spawnTimer -= 1;
  }
  return outlook;
}

function step(state: AsterixState, horizon: number): number {
  const { column, row } = state.player;
  return makePlan(places, lookAhead(state, horizon), (row - FIRST_ROW) * BOARD_SIZE + column, CAUGHT).action;
}

export function expertStep(state: AsterixState): number {
  return step(state, EXPERT_HORIZON);
}

export function weakStep(state: AsterixState): number {
  return step(state, WEAK_HORIZON);
}
