import type { Cell } from '../grid/board';
import { BOARD_SIZE } from '../grid/board';

/**
 * Seaquest after MinAtar's rules: a submarine hunts fish and enemy submarines, which shoot, and picks up divers. An enemy
 * that is shot earns 1. Below the surface oxygen runs out in 200 steps; surfacing refills it, costs one diver and makes
 * the difficulty ramp up: enemies come more often, and at every second time faster. Surfacing with six divers delivers
 * all of them and earns up to 10 for the oxygen that is left. Enemies, their shots, want of oxygen, and surfacing without
 * a diver end the episode. MinAtar's code takes a seventh diver after the six, against its own description; this does not.
 */
export interface SeaquestState {
  readonly submarine: Cell;
  /** Where the submarine looks and shoots: -1 left, 1 right. */
  readonly facing: number;
  readonly torpedoes: readonly Drifter[];
  readonly enemyTorpedoes: readonly Drifter[];
  readonly enemies: readonly Enemy[];
  readonly divers: readonly Swimmer[];
  readonly diversAboard: number;
  /** Steps */
  readonly oxygen: number;
  /** The submarine has been at the surface since it last surfaced. */
  readonly surfaced: boolean;
  /** Steps until the submarine can shoot, until the next enemy and until the next diver. */
  readonly shotTimer: number;
  readonly enemyTimer: number;
  readonly diverTimer: number;
  /** Steps between enemies, and steps that an enemy stands between moves. */
  readonly enemyInterval: number;
  readonly enemyPause: number;
  /** How often the difficulty has ramped up. */
  readonly rampIndex: number;
}

export interface Drifter extends Cell {
  /** -1 left, 1 right */
  readonly direction: number;
}

export interface Swimmer extends Drifter {
  /** Steps that it still stands. */
  readonly timer: number;
}

export interface Enemy extends Swimmer {
  /** Steps until it shoots; null for a fish, which never does. */
  readonly shotTimer: number | null;
}

export const FIRST_ROW = 1;
export const LAST_ROW = BOARD_SIZE - 2;
export const FULL_OXYGEN = 200;
export const MAXIMUM_DIVERS = 6;
export const DIVER_INTERVAL = 30;

/** At the surface of an empty sea. */
export const START: SeaquestState = {
  submarine: { column: 5, row: 0 },
  facing: -1,
  torpedoes: [],
  enemyTorpedoes: [],
  enemies: [],
  divers: [],
  diversAboard: 0,
  oxygen: FULL_OXYGEN,
  surfaced: true,
  shotTimer: 0,
  enemyTimer: 20,
  diverTimer: DIVER_INTERVAL,
  enemyInterval: 20,
  enemyPause: 5,
  rampIndex: 0,
};
