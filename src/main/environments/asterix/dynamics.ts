import type { RandomGenerator } from '../../../shared/random';
import type { Cell } from '../grid/board';
import { BOARD_SIZE, clampToBoard } from '../grid/board';

/**
 * Asterix after MinAtar's rules: the player walks in four directions among enemies and treasures that come in from the
 * sides, one at most in each row between the top and the bottom one. A treasure that is touched earns 1, an enemy ends the
 * episode. About every hundred steps the difficulty ramps up: newcomers come more often, and at every second time all
 * of them move faster.
 */
export interface AsterixState {
  readonly player: Cell;
  /** One for each row from `FIRST_ROW` down. */
  readonly visitors: readonly (Visitor | null)[];
  /** Steps between newcomers, and until the next. */
  readonly spawnInterval: number;
  readonly spawnTimer: number;
  /** Steps between moves of all visitors, and until the next. */
  readonly moveInterval: number;
  readonly moveTimer: number;
  readonly rampTimer: number;
  /** How often the difficulty has ramped up. */
  readonly rampIndex: number;
}

export interface Visitor {
  readonly column: number;
  /** -1 left, 1 right */
  readonly direction: number;
  readonly treasure: boolean;
}

export interface AsterixOutcome {
  readonly state: AsterixState;
  readonly reward: number;
  readonly caught: boolean;
}

export const FIRST_ROW = 1;
const LAST_ROW = BOARD_SIZE - 2;
export const ROWS = LAST_ROW - FIRST_ROW + 1;
const RAMP_INTERVAL = 100;
export const TREASURE_CHANCE = 1 / 3;

export const START: AsterixState = {
  player: { column: 5, row: 5 },
  visitors: new Array<null>(ROWS).fill(null),
  spawnInterval: 10,
  spawnTimer: 10,
  moveInterval: 5,
  moveTimer: 5,
  rampTimer: RAMP_INTERVAL,
  rampIndex: 0,
};

/** A newcomer in a random free row, at its left or right end; none where all rows are taken. */
function withNewcomer(visitors: AsterixState['visitors'], random: RandomGenerator): AsterixState['visitors'] {
  const free = visitors.flatMap((visitor, index) => (visitor ? [] : [index]));
  const direction = random.integer(2) === 0 ? -1 : 1;
  const treasure = random.uniform() < TREASURE_CHANCE;
  if (free.length === 0) return visitors;
  const column = direction > 0 ? 0 : BOARD_SIZE - 1;
  return visitors.with(free[random.integer(free.length)]!, { column, direction, treasure });
}

function moveOn(visitor: Visitor | null): Visitor | null {
  if (!visitor) return null;
  const column = visitor.column + visitor.direction;
  return column < 0 || column >= BOARD_SIZE ? null : { ...visitor, column };
}

/** Timers of the next step, and the ramp: `ramp` is false once everything is as fast as can be. */
function ramped(state: AsterixState): Partial<AsterixState> {
  const { spawnInterval, moveInterval, rampTimer, rampIndex } = state;
  if (spawnInterval === 1 && moveInterval === 1) return {};
  if (rampTimer >= 0) return { rampTimer: rampTimer - 1 };
  return {
    spawnInterval: Math.max(1, spawnInterval - 1),
    moveInterval: rampIndex % 2 === 1 ? Math.max(1, moveInterval - 1) : moveInterval,
    rampIndex: rampIndex + 1,
    rampTimer: RAMP_INTERVAL,
  };
}

/** One step: a newcomer, the player's move by `across` columns and `down` rows, the visitors' move, the ramp. */
export function advanceAsterix(
  state: AsterixState,
  { across, down }: { across: number; down: number },
  random: RandomGenerator,
): AsterixOutcome {
  let { visitors, spawnTimer, moveTimer } = state;
  if (spawnTimer === 0) {
    visitors = withNewcomer(visitors, random);
    spawnTimer = state.spawnInterval;
  }
  const player = {
    column: clampToBoard(state.player.column + across),
    row: Math.min(LAST_ROW, Math.max(FIRST_ROW, state.player.row + down)),
  };
  const lane = player.row - FIRST_ROW;
  let reward = 0;
  let caught = false;
  const meet = (): void => {
    const visitor = visitors[lane];
    if (visitor?.column !== player.column) return;
    if (visitor.treasure) {
      visitors = visitors.with(lane, null);
      reward += 1;
    } else caught = true;
  };
  meet();
  if (moveTimer === 0) {
    visitors = visitors.map(moveOn);
    moveTimer = state.moveInterval;
    meet();
  }
  const timers = { spawnTimer: spawnTimer - 1, moveTimer: moveTimer - 1 };
  return { state: { ...state, player, visitors, ...timers, ...ramped(state) }, reward, caught };
}
