import { describe, expect, test } from 'vitest';
import type { Sprite } from './board';
import { BOARD_GREY, IMAGE_SIZE, clampToBoard, createBoard, drawSprite, isOnBoard } from './board';

const HOOK: Sprite = ['###...', '#.....', '#.....', '......', '.....+', '......'];

describe('board', () => {
  test('ten cells of six pixels and a border fill 64 pixels', () => {
    const { pixels } = createBoard();
    expect(IMAGE_SIZE).toBe(64);
    expect(pixels.filter((grey) => grey === BOARD_GREY.background)).toHaveLength(60 * 60);
    expect(pixels.filter((grey) => grey === BOARD_GREY.border)).toHaveLength(64 * 64 - 60 * 60);
    expect(createBoard().pixels).not.toBe(pixels);
  });

  test('a sprite fills its cell, full, half or not at all, and can be mirrored', () => {
    for (const mirrored of [false, true]) {
      const board = createBoard();
      drawSprite(board, HOOK, { column: 9, row: 2 }, 200, mirrored);
      const at = (x: number, y: number): number =>
        board.pixels[(2 + 2 * 6 + y) * 64 + 2 + 9 * 6 + (mirrored ? 5 - x : x)]!;
      expect([at(0, 0), at(2, 0), at(0, 2)]).toEqual([200, 200, 200]);
      expect([at(3, 0), at(1, 1), at(5, 5)]).toEqual([12, 12, 12]);
      expect(at(5, 4)).toBe(100);
      expect(board.pixels.filter((grey) => grey >= 100)).toHaveLength(6);
    }
  });

  test('cells beyond the board are refused, not wrapped', () => {
    const board = createBoard();
    for (const [column, row] of [
      [-1, 0],
      [0, 10],
    ] as const) {
      expect(isOnBoard(column, row)).toBe(false);
      expect(() => drawSprite(board, HOOK, { column, row }, 255)).toThrow(RangeError);
    }
    expect([clampToBoard(-1), clampToBoard(4), clampToBoard(10)]).toEqual([0, 4, 9]);
  });
});
