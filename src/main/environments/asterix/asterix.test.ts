import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import type { AsterixState, Visitor } from './dynamics';
import { FIRST_ROW, START, advanceAsterix } from './dynamics';
import { AsterixEnvironment } from './environment';
import { expertStep } from './policies';

const random = randomGenerator(0, 'asterix-test');
const IDLE = { across: 0, down: 0 };
const enemy: Visitor = { column: 0, direction: 1, treasure: false };
/** The start with a visitor in the player's row, whose visitors move in the next step or not. */
const facing = (visitor: Partial<Visitor>, moveTimer = 0): AsterixState => ({
  ...START,
  moveTimer,
  visitors: START.visitors.with(START.player.row - FIRST_ROW, { ...enemy, ...visitor }),
});
const step = (state: AsterixState, move = IDLE) => advanceAsterix(state, move, random);
/** The rules run on for a player who is caught, so that the ramp can be watched. */
function advance(state: AsterixState, steps: number): AsterixState {
  let current = state;
  for (let i = 0; i < steps; i++) current = step(current).state;
  return current;
}

describe('asterix rules', () => {
  test('the player walks one cell and stays between the top and the bottom row', () => {
    const at = (column: number, row: number, move: Partial<typeof IDLE>) =>
      step({ ...START, player: { column, row } }, { ...IDLE, ...move }).state.player;
    expect(at(5, 5, { across: -1 })).toEqual({ column: 4, row: 5 });
    expect(at(5, 5, { down: 1 })).toEqual({ column: 5, row: 6 });
    expect(at(0, 1, { across: -1 })).toEqual({ column: 0, row: 1 });
    expect(at(9, 5, { across: 1 })).toEqual({ column: 9, row: 5 });
    expect(at(5, 1, { down: -1 })).toEqual({ column: 5, row: 1 });
    expect(at(5, 8, { down: 1 })).toEqual({ column: 5, row: 8 });
  });

  test('an enemy that the player walks into or that walks into the player ends the episode', () => {
    expect(step(facing({ column: 4 }, 3)).caught).toBe(false);
    expect(step(facing({ column: 4 }, 3), { across: -1, down: 0 }).caught).toBe(true);
    expect(step(facing({ column: 4 })).caught).toBe(true);
    expect(step(facing({ column: 4 }), { across: 0, down: 1 }).caught).toBe(false);
    expect(step(facing({ column: 4, direction: -1 })).caught).toBe(false);
  });

  test('a treasure that is touched earns 1 and is gone', () => {
    for (const state of [facing({ column: 5, treasure: true }, 3), facing({ column: 4, treasure: true })]) {
      const { state: next, reward, caught } = step(state);
      expect([reward, caught]).toEqual([1, false]);
      expect(next.visitors.every((visitor) => visitor === null)).toBe(true);
    }
    expect(step(facing({ column: 3, treasure: true })).reward).toBe(0);
  });

  test('visitors move every fifth step and leave the board at its end', () => {
    let state: AsterixState = { ...facing({ column: 7 }, 0), player: { column: 0, row: 1 }, spawnTimer: 100 };
    const columns: (number | undefined)[] = [];
    for (let i = 0; i < 12; i++) {
      state = step(state).state;
      columns.push(state.visitors[4]?.column);
    }
    expect(columns).toEqual([8, 8, 8, 8, 8, 9, 9, 9, 9, 9, undefined, undefined]);
  });

  test('every tenth step brings a newcomer to the end of a free row, a third of them treasures', () => {
    let [newcomers, treasures, fromLeft] = [0, 0, 0];
    const lanes = new Set<number>();
    for (let i = 0; i < 3000; i++) {
      const { visitors } = step({ ...START, spawnTimer: 0, player: { column: 4, row: 1 } }).state;
      const lane = visitors.findIndex((visitor) => visitor !== null);
      const visitor = visitors[lane]!;
      expect(visitor.column).toBe(visitor.direction > 0 ? 0 : 9);
      lanes.add(lane);
      newcomers += visitors.filter((other) => other !== null).length;
      treasures += visitor.treasure ? 1 : 0;
      fromLeft += visitor.direction > 0 ? 1 : 0;
    }
    expect(newcomers).toBe(3000);
    expect(lanes.size).toBe(8);
    expect(Math.abs(treasures / 3000 - 1 / 3)).toBeLessThan(0.03);
    expect(Math.abs(fromLeft / 3000 - 1 / 2)).toBeLessThan(0.03);
    const full = { ...START, spawnTimer: 0, visitors: START.visitors.map(() => enemy) };
    expect(step({ ...full, moveTimer: 3 }).state.visitors).toEqual(full.visitors);

    let state = START;
    const gained: number[] = [];
    for (let i = 1; i <= 31; i++) {
      const before = state.visitors;
      state = step(state).state;
      if (state.visitors.some((visitor, lane) => visitor && !before[lane])) gained.push(i);
    }
    expect(gained).toEqual([11, 21, 31]);
  });

  test('difficulty ramps up every 102 steps: newcomers at each time, moves at every second, down to 1', () => {
    expect(advance(START, 101)).toMatchObject({ rampIndex: 0, spawnInterval: 10, moveInterval: 5 });
    expect(advance(START, 102)).toMatchObject({ rampIndex: 1, spawnInterval: 9, moveInterval: 5 });
    expect(advance(START, 204)).toMatchObject({ rampIndex: 2, spawnInterval: 8, moveInterval: 4 });
    expect(advance(START, 9 * 102)).toMatchObject({ rampIndex: 9, spawnInterval: 1, moveInterval: 1 });
    expect(advance(START, 12 * 102)).toMatchObject({ rampIndex: 9, spawnInterval: 1, moveInterval: 1 });
  });
});

describe('asterix environment', () => {
  test('the picture tells player, enemies and treasures apart', () => {
    const environment = new AsterixEnvironment();
    environment.reset(0);
    let seen = 0;
    for (let i = 0; i < 400; i++) {
      const { observation } = environment.step(expertStep(environment.state));
      const { player, visitors } = environment.state;
      const at = (column: number, row: number): number =>
        observation[(2 + row * 6 + 3) * 64 + 2 + column * 6 + 2]!;
      expect(at(player.column, player.row)).toBe(255);
      visitors.forEach((visitor, lane) => {
        if (!visitor) return;
        expect(at(visitor.column, FIRST_ROW + lane)).toBe(visitor.treasure ? 210 : 130);
        seen += 1;
      });
    }
    expect(seen).toBeGreaterThan(400);
  });
});
