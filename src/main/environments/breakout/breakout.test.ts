import { describe, expect, test } from 'vitest';
import type { BreakoutState } from './dynamics';
import { FULL_WALL, advanceBreakout, hasBrick, withoutBrick } from './dynamics';
import { BreakoutEnvironment } from './environment';
import { expertPaddle } from './policies';

const NO_WALL = [0, 0, 0];
/** In free air, falling to the right. */
const flying: BreakoutState = {
  paddle: 0,
  ball: { column: 4, row: 5, across: 1, down: 1 },
  trail: { column: 3, row: 4 },
  bricks: FULL_WALL,
  struck: false,
};
const withBall = (
  ball: Partial<BreakoutState['ball']>,
  rest: Partial<BreakoutState> = {},
): BreakoutState => ({
  ...flying,
  ball: { ...flying.ball, ...ball },
  ...rest,
});

describe('breakout rules', () => {
  test('the ball flies one cell along its diagonal and leaves a trail where it was', () => {
    const { state, reward, missed } = advanceBreakout(flying, 0);
    expect(state.ball).toEqual({ column: 5, row: 6, across: 1, down: 1 });
    expect(state.trail).toEqual({ column: 4, row: 5 });
    expect([reward, missed]).toEqual([0, false]);
  });

  test('a side wall turns the ball in its column, the ceiling in its row', () => {
    expect(advanceBreakout(withBall({ column: 9 }), 0).state.ball).toEqual({
      column: 9,
      row: 6,
      across: -1,
      down: 1,
    });
    expect(advanceBreakout(withBall({ row: 0, down: -1 }), 0).state.ball).toEqual({
      column: 5,
      row: 0,
      across: 1,
      down: 1,
    });
  });

  test('a brick is broken, earns 1 and turns the ball; the brick met right after is flown through', () => {
    const below = withBall({ row: 4, down: -1 });
    const broken = advanceBreakout(below, 0);
    expect(broken.reward).toBe(1);
    expect(hasBrick(broken.state.bricks, 5, 3)).toBe(false);
    expect(broken.state.ball).toEqual({ column: 5, row: 4, across: 1, down: 1 });
    expect(broken.state.struck).toBe(true);

    const through = advanceBreakout({ ...below, struck: true }, 0);
    expect(through.reward).toBe(0);
    expect(through.state.ball).toEqual({ column: 5, row: 3, across: 1, down: -1 });
    expect(through.state.bricks).toEqual(FULL_WALL);
    expect(advanceBreakout(broken.state, 0).state.struck).toBe(false);
  });

  test('the paddle moves first, one cell, and stays on the board', () => {
    expect(advanceBreakout(flying, 1).state.paddle).toBe(1);
    expect(advanceBreakout(flying, -1).state.paddle).toBe(0);
    expect(advanceBreakout({ ...flying, paddle: 9 }, 1).state.paddle).toBe(9);
    expect(advanceBreakout(withBall({ row: 8 }, { paddle: 3 }), 1).missed).toBe(false);
  });

  test('under the ball the paddle mirrors its flight, ahead of it sends it back, elsewhere misses it', () => {
    const landing = (paddle: number) => advanceBreakout(withBall({ row: 8 }, { paddle }), 0);
    expect(landing(4)).toMatchObject({ missed: false, reward: 0 });
    expect(landing(4).state.ball).toEqual({ column: 5, row: 8, across: 1, down: -1 });
    expect(landing(5)).toMatchObject({ missed: false, reward: 0 });
    expect(landing(5).state.ball).toEqual({ column: 5, row: 8, across: -1, down: -1 });
    for (const paddle of [3, 6]) expect(landing(paddle).missed).toBe(true);
  });

  test('a cleared wall is built anew when the ball comes down, not before', () => {
    expect(advanceBreakout({ ...flying, bricks: NO_WALL }, 0).state.bricks).toEqual(NO_WALL);
    const last = withoutBrick(NO_WALL, 0, 1);
    expect(advanceBreakout(withBall({ row: 8 }, { bricks: last }), 0).state.bricks).toEqual(FULL_WALL);
  });
});

describe('breakout environment', () => {
  test('rewards count the bricks that go, and the picture shows ball, paddle and bricks', () => {
    const environment = new BreakoutEnvironment();
    const count = (bricks: readonly number[]): number =>
      bricks.reduce((sum, bits) => sum + bits.toString(2).replaceAll('0', '').length, 0);
    environment.reset(1);
    for (let step = 0; step < 300; step++) {
      const before = count(environment.state.bricks);
      const { observation, reward, terminated } = environment.step(expertPaddle(environment.state));
      const { bricks, ball, trail, paddle } = environment.state;
      expect(terminated).toBe(false);
      if (count(bricks) <= before) expect(reward).toBe(before - count(bricks));
      else expect([before, count(bricks), reward]).toEqual([0, 30, 0]);
      const at = (column: number, row: number): number =>
        observation[(2 + row * 6 + 2) * 64 + 2 + column * 6 + 2]!;
      expect(at(ball.column, ball.row)).toBe(255);
      expect(at(paddle, 9)).toBeGreaterThan(200);
      if (hasBrick(bricks, 0, 2) && Math.min(ball.column, trail.column) > 0) expect(at(0, 2)).toBe(85);
    }
  });

  test('every start leaves the first landing within reach', () => {
    const environment = new BreakoutEnvironment();
    for (let seed = 0; seed < 200; seed++) {
      environment.reset(seed);
      while (environment.state.ball.down > 0) {
        expect(environment.step(expertPaddle(environment.state)).terminated).toBe(false);
      }
    }
  });
});
