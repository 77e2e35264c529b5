import { BOARD_SIZE } from '../grid/board';
import type { Outlook, Places } from '../grid/planner';
import { emptyOutlook, makePlan } from '../grid/planner';
import { WALKS, walkFrom } from '../grid/walking';
import { oxygenBonus } from './dynamics';
import { ALL, forecast, shotBits } from './forecast';
import type { SeaquestState } from './state';
import { FIRST_ROW, LAST_ROW, MAXIMUM_DIVERS } from './state';

interface Sight {
  /** Steps ahead */
  readonly horizon: number;
  readonly torpedoes: boolean;
}

const EXPERT_SIGHT: Sight = { horizon: 10, torpedoes: true };
const WEAK_SIGHT: Sight = { horizon: 3, torpedoes: false };
/** Worth of being lost, in enemies; likewise below. */
const LOST = -20;
/** Cost of a step per column or row off the centre, whence everything is near. */
const OFF_CENTRE = 0.002;
const DIVER = 0.9;
/** A first diver's additional worth grows to this while the oxygen runs out from where it gets scarce. */
const URGENT_DIVER = 4;
const SCARCE_OXYGEN = 120;
/** Surfacing with any diver: to breathe when oxygen is low, and early on to make enemies come more often. */
const BREATH = 8;
const LOW_OXYGEN = 30;
const RAMP = 3;
const RAMP_GOAL = 16;
/** An enemy comes in one of eight rows, at one of two ends. */
const NEWCOMER_CHANCE = 1 / 16;

const ROWS = LAST_ROW + 1;
const CELLS = ROWS * BOARD_SIZE;
const PLACES = 2 * CELLS;
const LAST_COLUMN = BOARD_SIZE - 1;
const ENDS = 1 | (1 << LAST_COLUMN);

/** Every cell above the gauges twice, facing left and then right. */
const places: Places = {
  count: PLACES,
  moves: WALKS.length,
  destinations: Uint8Array.from({ length: PLACES * WALKS.length }, (_, index) => {
    const place = Math.floor(index / WALKS.length);
    const walk = index % WALKS.length;
    const { across } = WALKS[walk]!;
    const facesRight = across === 0 ? place >= CELLS : across > 0;
    return walkFrom(place % CELLS, walk, ROWS) + (facesRight ? CELLS : 0);
  }),
};
const cost = Float64Array.from({ length: PLACES }, (_, place) => {
  const cell = place % CELLS;
  const across = (cell % BOARD_SIZE) - LAST_COLUMN / 2;
  return OFF_CENTRE * (Math.abs(across) + Math.abs(Math.floor(cell / BOARD_SIZE) - LAST_ROW / 2));
});

function diverWorth({ diversAboard, oxygen }: SeaquestState): number {
  if (diversAboard === MAXIMUM_DIVERS) return 0;
  return diversAboard > 0 ? DIVER : DIVER + URGENT_DIVER * Math.max(0, 1 - oxygen / SCARCE_OXYGEN);
}

/** Worth of surfacing, 0 where there is no reason to. */
function surfaceWorth({ diversAboard, oxygen, rampIndex, surfaced }: SeaquestState): number {
  if (surfaced) return 0;
  if (diversAboard === MAXIMUM_DIVERS) return RAMP + oxygenBonus(oxygen);
  if (oxygen < LOW_OXYGEN) return BREATH;
  return rampIndex < RAMP_GOAL ? RAMP : 0;
}

/** Writes `value` for each column of `bits` to `target`, from `first` on. */
function write(target: Float64Array, first: number, bits: number, value: number): void {
  for (let left = bits; left > 0; left &= left - 1) target[first + 31 - Math.clz32(left & -left)] = value;
}

function lookAhead(state: SeaquestState, sight: Sight): Outlook {
  const { oxygen, diversAboard, surfaced, shotTimer, enemyTimer, enemyInterval } = state;
  const { danger, prize, shot, ...outlook } = emptyOutlook(PLACES, sight.horizon, cost);
  const { enemies, torpedoes, divers } = forecast(state, sight.horizon + BOARD_SIZE);
  for (let step = 0; step < sight.horizon; step++) {
    const newcomer = step >= enemyTimer && (step - enemyTimer) % enemyInterval === 0;
    for (const facing of [-1, 1]) {
      const surface = step * PLACES + (facing > 0 ? CELLS : 0);
      if (diversAboard > 0) write(prize, surface, ALL, surfaceWorth(state));
      else if (!surfaced) write(danger, surface, ALL, 1);
      for (let row = FIRST_ROW; row <= LAST_ROW; row++) {
        const first = surface + row * BOARD_SIZE;
        if (newcomer) write(danger, first, ENDS, NEWCOMER_CHANCE);
        write(danger, first, step > oxygen ? ALL : enemies[step]![row]!, 1);
        if (sight.torpedoes) write(danger, first, torpedoes[step]![row]!, 1);
        write(prize, first, divers[step]![row]!, diverWorth(state));
        if (step >= shotTimer) write(shot, first, shotBits(enemies, step, row, facing), 1);
      }
    }
  }
  return { danger, prize, shot, ...outlook };
}

function command(state: SeaquestState, sight: Sight): number {
  const { submarine, facing } = state;
  const place = (facing > 0 ? CELLS : 0) + submarine.row * BOARD_SIZE + submarine.column;
  return makePlan(places, lookAhead(state, sight), place, LOST).action;
}

export function expertCommand(state: SeaquestState): number {
  return command(state, EXPERT_SIGHT);
}

export function weakCommand(state: SeaquestState): number {
  return command(state, WEAK_SIGHT);
}
