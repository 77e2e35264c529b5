import type { RandomGenerator } from '../../../shared/random';
import type { Cell } from '../grid/board';
import { BOARD_SIZE, clampToBoard } from '../grid/board';
import type { Drifter, Enemy, SeaquestState, Swimmer } from './state';
import { DIVER_INTERVAL, FIRST_ROW, FULL_OXYGEN, LAST_ROW, MAXIMUM_DIVERS } from './state';

const SHOT_INTERVAL = 5;
const ENEMY_SHOT_INTERVAL = 10;
const DIVER_PAUSE = 5;
const SHORTEST_ENEMY_PAUSE = 2;
const SUBMARINE_CHANCE = 1 / 3;
const OXYGEN_BONUS = 10;

export interface Command {
  readonly across: number;
  readonly down: number;
  readonly fire: boolean;
}

export interface SeaquestOutcome {
  readonly state: SeaquestState;
  readonly reward: number;
  readonly lost: boolean;
}

const isAt = (a: Cell, b: Cell): boolean => a.column === b.column && a.row === b.row;
const isInside = ({ column }: Cell): boolean => column >= 0 && column < BOARD_SIZE;
function drift<Kind extends Drifter>(drifter: Kind): Kind {
  return { ...drifter, column: drifter.column + drifter.direction };
}

/** Comes in at a random end of a random row below the surface. */
function drawDrifter(random: RandomGenerator): Drifter {
  const direction = random.integer(2) === 0 ? -1 : 1;
  const row = FIRST_ROW + random.integer(LAST_ROW - FIRST_ROW + 1);
  return { column: direction > 0 ? 0 : BOARD_SIZE - 1, row, direction };
}

/** The enemies with a newcomer, a third of them submarines; none where it would meet one of its row head-on. */
function withEnemy(state: SeaquestState, random: RandomGenerator): readonly Enemy[] {
  const { enemies, enemyPause } = state;
  const shoots = random.uniform() < SUBMARINE_CHANCE;
  const drifter = drawDrifter(random);
  if (enemies.some(({ row, direction }) => row === drifter.row && direction !== drifter.direction))
    return enemies;
  return [...enemies, { ...drifter, timer: enemyPause, shotTimer: shoots ? ENEMY_SHOT_INTERVAL : null }];
}

/** Takes the pairs of torpedoes and enemies that are in one cell off the board. */
function hit(
  torpedoes: readonly Drifter[],
  enemies: readonly Enemy[],
): { torpedoes: readonly Drifter[]; enemies: readonly Enemy[]; hits: number } {
  let alive = enemies;
  const flying = torpedoes.filter((torpedo) => {
    const target = alive.findIndex((enemy) => isAt(torpedo, enemy));
    if (target >= 0) alive = alive.toSpliced(target, 1);
    return target < 0;
  });
  return { torpedoes: flying, enemies: alive, hits: enemies.length - alive.length };
}

/** The divers that stay in the sea, after a step in which the submarine takes those that it meets aboard. */
function collectDivers(
  divers: readonly Swimmer[],
  submarine: Cell,
  aboard: number,
): { divers: readonly Swimmer[]; aboard: number } {
  const staying: Swimmer[] = [];
  let count = aboard;
  const takes = (diver: Swimmer): boolean => isAt(diver, submarine) && count < MAXIMUM_DIVERS;
  for (const diver of divers) {
    const next =
      diver.timer > 0 ? { ...diver, timer: diver.timer - 1 } : drift({ ...diver, timer: DIVER_PAUSE });
    if (takes(diver) || takes(next)) count += 1;
    else if (isInside(next)) staying.push(next);
  }
  return { divers: staying, aboard: count };
}

/** Reward for the oxygen that is left when six divers are delivered. */
export function oxygenBonus(oxygen: number): number {
  return Math.floor((oxygen * OXYGEN_BONUS) / FULL_OXYGEN);
}

/** Refills the oxygen at the cost of divers, and ramps the difficulty up. */
function surface(state: SeaquestState): { state: SeaquestState; reward: number } {
  const { diversAboard, oxygen, enemyInterval, enemyPause, rampIndex } = state;
  const full = diversAboard === MAXIMUM_DIVERS;
  const canRamp = enemyInterval > 1 || enemyPause > SHORTEST_ENEMY_PAUSE;
  return {
    state: {
      ...state,
      surfaced: true,
      oxygen: FULL_OXYGEN,
      diversAboard: full ? 0 : diversAboard - 1,
      enemyInterval: Math.max(1, enemyInterval - 1),
      enemyPause: rampIndex % 2 === 1 ? Math.max(SHORTEST_ENEMY_PAUSE, enemyPause - 1) : enemyPause,
      rampIndex: canRamp ? rampIndex + 1 : rampIndex,
    },
    reward: full ? oxygenBonus(oxygen) : 0,
  };
}

/** What enemies and their torpedoes do in a step; `met` where one of them was at `submarine` before or after. */
function advanceEnemies(
  state: SeaquestState,
  submarine: Cell,
): { enemies: readonly Enemy[]; enemyTorpedoes: readonly Drifter[]; met: boolean } {
  const fired: Drifter[] = [];
  const enemies = state.enemies.map((enemy) => {
    const next =
      enemy.timer > 0 ? { ...enemy, timer: enemy.timer - 1 } : drift({ ...enemy, timer: state.enemyPause });
    if (next.shotTimer === null) return next;
    if (next.shotTimer > 0) return { ...next, shotTimer: next.shotTimer - 1 };
    fired.push({ column: next.column, row: next.row, direction: next.direction });
    return { ...next, shotTimer: ENEMY_SHOT_INTERVAL };
  });
  const launched = [...state.enemyTorpedoes, ...fired];
  const enemyTorpedoes = launched.map(drift);
  const dangers = [state.enemies, enemies, launched, enemyTorpedoes];
  return {
    enemies: enemies.filter(isInside),
    enemyTorpedoes: enemyTorpedoes.filter(isInside),
    met: dangers.some((things) => things.some((thing) => isAt(thing, submarine))),
  };
}

/** One step: newcomers, the submarine's move or shot, then everything else moves. */
export function advanceSeaquest(
  state: SeaquestState,
  { across, down, fire }: Command,
  random: RandomGenerator,
): SeaquestOutcome {
  let { enemies, divers, enemyTimer, diverTimer, torpedoes, shotTimer } = state;
  if (enemyTimer === 0) {
    enemies = withEnemy(state, random);
    enemyTimer = state.enemyInterval;
  }
  if (diverTimer === 0) {
    divers = [...divers, { ...drawDrifter(random), timer: DIVER_PAUSE }];
    diverTimer = DIVER_INTERVAL;
  }
  const submarine = {
    column: clampToBoard(state.submarine.column + across),
    row: Math.min(LAST_ROW, Math.max(0, state.submarine.row + down)),
  };
  const facing = across === 0 ? state.facing : across;
  if (fire && shotTimer === 0) {
    torpedoes = [...torpedoes, { ...submarine, direction: facing }];
    shotTimer = SHOT_INTERVAL;
  }
  const first = hit(torpedoes.map(drift).filter(isInside), enemies);
  const collected = collectDivers(divers, submarine, state.diversAboard);
  const moved = advanceEnemies({ ...state, enemies: first.enemies }, submarine);
  const second = hit(first.torpedoes, moved.enemies);
  const below = submarine.row > 0;
  const next: SeaquestState = {
    ...state,
    submarine,
    facing,
    torpedoes: second.torpedoes,
    enemyTorpedoes: moved.enemyTorpedoes,
    enemies: second.enemies,
    divers: collected.divers,
    diversAboard: collected.aboard,
    oxygen: below ? state.oxygen - 1 : state.oxygen,
    surfaced: state.surfaced && !below,
    shotTimer: Math.max(0, shotTimer - 1),
    enemyTimer: enemyTimer - 1,
    diverTimer: diverTimer - 1,
  };
  const hits = first.hits + second.hits;
  const surfaces = !below && !state.surfaced;
  const lost = moved.met || state.oxygen < 0 || (surfaces && next.diversAboard === 0);
  if (!surfaces || lost) return { state: next, reward: hits, lost };
  const refilled = surface(next);
  return { state: refilled.state, reward: hits + refilled.reward, lost };
}
