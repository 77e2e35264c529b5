import { BOARD_SIZE } from './board';

/** Idling and the four directions, in the order of the games' actions. */
export const WALKS = [
  { across: 0, down: 0 },
  { across: -1, down: 0 },
  { across: 0, down: -1 },
  { across: 1, down: 0 },
  { across: 0, down: 1 },
] as const;
export const WALK_NAMES = ['idle', 'left', 'up', 'right', 'down'] as const;
export const WALK_KEYS = { ArrowLeft: 1, ArrowUp: 2, ArrowRight: 3, ArrowDown: 4 } as const;

/** Where `walk`, an index of `WALKS`, leads from `cell`; cells are numbered row by row over `rows` rows. */
export function walkFrom(cell: number, walk: number, rows: number): number {
  const { across, down } = WALKS[walk]!;
  const column = (cell % BOARD_SIZE) + across;
  const next = cell + across + down * BOARD_SIZE;
  return column < 0 || column >= BOARD_SIZE || next < 0 || next >= rows * BOARD_SIZE ? cell : next;
}
