import type { Raster } from '../raster';
import { createRaster, drawRectangle } from '../raster';

/**
 * The board of the games after MinAtar (Young and Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and
 * Reproducible Reinforcement Learning Experiments", 2019): 10 by 10 cells, column 0 on the left, row 0 at the top. A cell
 * is 6 pixels wide, which with a border of 2 makes 64. Everything stands on whole cells, so nothing is anti-aliased.
 */
export const BOARD_SIZE = 10;
const CELL_PIXELS = 6;
const BORDER_PIXELS = 2;
export const IMAGE_SIZE = BOARD_SIZE * CELL_PIXELS + 2 * BORDER_PIXELS;

/** Light and dark of a whole board. */
export const BOARD_GREY = { background: 12, border: 48 };

export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Six rows of six letters, each a pixel: `#` is full, `+` half, `.` see-through. */
export type Sprite = readonly [string, string, string, string, string, string];

export function isOnBoard(column: number, row: number): boolean {
  return column >= 0 && column < BOARD_SIZE && row >= 0 && row < BOARD_SIZE;
}

/** `value` on the board, or the nearest cell that is. */
export function clampToBoard(value: number): number {
  return Math.min(BOARD_SIZE - 1, Math.max(0, value));
}

function drawEmptyBoard(): Uint8Array {
  const raster = createRaster(IMAGE_SIZE, IMAGE_SIZE, BOARD_GREY.border);
  const end = IMAGE_SIZE - BORDER_PIXELS;
  drawRectangle(raster, BORDER_PIXELS, BORDER_PIXELS, end, end, BOARD_GREY.background);
  return raster.pixels;
}

const EMPTY_BOARD = drawEmptyBoard();

/** A new image of an empty board. */
export function createBoard(): Raster {
  return { pixels: EMPTY_BOARD.slice(), width: IMAGE_SIZE, height: IMAGE_SIZE };
}

/** `sprite` in a cell; `mirrored` turns it left to right. Throws RangeError for a cell beyond the board. */
export function drawSprite(
  { pixels, width }: Raster,
  sprite: Sprite,
  { column, row }: Cell,
  grey: number,
  mirrored = false,
): void {
  if (!isOnBoard(column, row)) throw new RangeError(`There is no cell in column ${column}, row ${row}.`);
  const left = BORDER_PIXELS + column * CELL_PIXELS;
  const top = BORDER_PIXELS + row * CELL_PIXELS;
  for (let y = 0; y < CELL_PIXELS; y++) {
    for (let x = 0; x < CELL_PIXELS; x++) {
      const letter = sprite[y]![mirrored ? CELL_PIXELS - 1 - x : x];
      if (letter !== '.') pixels[(top + y) * width + left + x] = letter === '#' ? grey : grey >> 1;
    }
  }
}
