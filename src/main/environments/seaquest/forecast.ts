import { randomGenerator } from '../../../shared/random';
import type { Cell } from '../grid/board';
import { BOARD_SIZE } from '../grid/board';
import { advanceSeaquest } from './dynamics';
import type { SeaquestState } from './state';
import { LAST_ROW } from './state';

const LAST_COLUMN = BOARD_SIZE - 1;
/** Bits of all columns. */
export const ALL = 2 ** BOARD_SIZE - 1;

/** One number for each row, bit c for something in column c. */
export type Bits = Uint16Array;

export interface Forecast {
  /** `[step]`: where they are before or after the step. */
  readonly enemies: readonly Bits[];
  readonly torpedoes: readonly Bits[];
  readonly divers: readonly Bits[];
}

function bitsOf(before: readonly Cell[], after: readonly Cell[]): Bits {
  const bits = new Uint16Array(LAST_ROW + 1);
  for (const { column, row } of before) bits[row]! |= 1 << column;
  for (const { column, row } of after) bits[row]! |= 1 << column;
  return bits;
}

const nobody = randomGenerator(0, 'seaquest-forecast');

/** Follows everything that is in the sea now, as if the submarine were not there and nothing else came. */
export function forecast(state: SeaquestState, steps: number): Forecast {
  const known: { enemies: Bits[]; torpedoes: Bits[]; divers: Bits[] } = {
    enemies: [],
    torpedoes: [],
    divers: [],
  };
  const away = { submarine: { column: 0, row: 0 }, surfaced: true };
  let before: SeaquestState = { ...state, ...away, enemyTimer: Infinity, diverTimer: Infinity };
  for (let step = 0; step < steps; step++) {
    const { state: after } = advanceSeaquest(before, { across: 0, down: 0, fire: false }, nobody);
    known.enemies.push(bitsOf(before.enemies, after.enemies));
    known.torpedoes.push(bitsOf(before.enemyTorpedoes, after.enemyTorpedoes));
    known.divers.push(bitsOf(before.divers, after.divers));
    before = after;
  }
  return known;
}

/** Columns of `row` from which a shot fired in `step` will hit, as bits. */
export function shotBits(enemies: readonly Bits[], step: number, row: number, facing: number): number {
  let bits = 0;
  for (let flight = 1; flight <= LAST_COLUMN; flight++) {
    const targets = enemies[step + flight - 1]![row]!;
    bits |= facing > 0 ? targets >> flight : targets << flight;
  }
  return bits & ALL;
}
