import { BOARD_SIZE, clampToBoard } from '../grid/board';
import type { Outlook, Places } from '../grid/planner';
import { emptyOutlook, makePlan } from '../grid/planner';
import type { InvadersState } from './dynamics';
import { CANNON_ROW, advanceInvaders, isSet } from './dynamics';

const LEFT = 1;
const RIGHT = 2;
const FIRE = 3;

/** Steps that the expert plans ahead: across the board, and a shot's cool-down. */
const HORIZON = 14;
/** Worth of being hit, in aliens. */
const LOST = -20;
/** Additional worth of an alien for each row that it has come down. */
const NEARNESS = 0.1;

/** The columns, and where idling, left and right lead. */
const places: Places = {
  count: BOARD_SIZE,
  moves: 3,
  destinations: Uint8Array.from({ length: BOARD_SIZE * 3 }, (_, index) => {
    const column = Math.floor(index / 3);
    if (index % 3 === LEFT) return clampToBoard(column - 1);
    return index % 3 === RIGHT ? clampToBoard(column + 1) : column;
  }),
};
const noCost = new Float64Array(BOARD_SIZE);

/** Follows everything that is on the board now, as if the cannon stood still. */
function lookAhead(state: InvadersState): Outlook {
  const outlook = emptyOutlook(BOARD_SIZE, HORIZON, noCost);
  const future: InvadersState[] = [];
  let ahead = state;
  for (let step = 0; step < HORIZON + CANNON_ROW; step++) {
    ahead = advanceInvaders(ahead, { across: 0, fire: false }).state;
    future.push(ahead);
  }
  for (let step = 0; step < HORIZON; step++) {
    const { aliens, alienShots } = future[step]!;
    const standing = (step === 0 ? state : future[step - 1]!).aliens[CANNON_ROW]!;
    const deadly = standing | aliens[CANNON_ROW]! | alienShots[CANNON_ROW]!;
    for (let column = 0; column < BOARD_SIZE; column++) {
      const here = step * BOARD_SIZE + column;
      if ((deadly >> column) % 2 === 1) outlook.danger[here] = 1;
      if (step < state.shotTimer) continue;
      for (let flight = 0; flight < CANNON_ROW; flight++) {
        const row = CANNON_ROW - 1 - flight;
        if (!isSet(future[step + flight]!.aliens, column, row)) continue;
        outlook.shot[here] = 1 + NEARNESS * row;
        break;
      }
    }
  }
  return outlook;
}

export function expertShot(state: InvadersState): number {
  return makePlan(places, lookAhead(state), state.cannon, LOST).action;
}

/** Keeps below the nearest column of aliens and fires; notices a shot only when it is right above. */
export function weakShot({ cannon, aliens, alienShots }: InvadersState): number {
  if (isSet(alienShots, cannon, CANNON_ROW - 1)) return cannon > 0 ? LEFT : RIGHT;
  let target = -1;
  for (let column = 0; column < BOARD_SIZE; column++) {
    if (!aliens.some((row) => (row >> column) % 2 === 1)) continue;
    if (target < 0 || Math.abs(column - cannon) < Math.abs(target - cannon)) target = column;
  }
  if (target === cannon) return FIRE;
  return target > cannon ? RIGHT : LEFT;
}
