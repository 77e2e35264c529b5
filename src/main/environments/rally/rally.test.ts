import { describe, expect, test } from 'vitest';
import type { RallyState } from './dynamics';
import {
  BALL_RADIUS,
  CEILING,
  INITIAL_SPEED,
  LARGEST_ANGLE,
  LEFT_WALL,
  MAXIMUM_SPEED,
  PADDLE_HALF_WIDTH,
  PADDLE_SPEED,
  PADDLE_TOP,
  RIGHT_WALL,
  SMALLEST_ANGLE,
  advanceRally,
  nextLanding,
} from './dynamics';
import { RallyEnvironment } from './environment';
import { expertMove } from './policies';

const DEGREE = Math.PI / 180;
const flying: RallyState = { ballX: 30, ballY: 30, angle: 0.5, falling: true, speed: 3, paddleX: 30 };
/** Reaches the paddle's level in the middle of the next step, at x = 30 when `angle` is 30 degrees. */
const landing: RallyState = {
  ...flying,
  angle: 30 * DEGREE,
  ballX: 30 - 1.5 * Math.sin(30 * DEGREE),
  ballY: PADDLE_TOP - BALL_RADIUS - 1.5 * Math.cos(30 * DEGREE),
};

describe('rally dynamics', () => {
  test('the ball flies straight at its speed', () => {
    const { state, event } = advanceRally(flying, 0);
    expect(event).toBe('flight');
    expect(state.ballX).toBeCloseTo(30 + 3 * Math.sin(0.5), 12);
    expect(state.ballY).toBeCloseTo(30 + 3 * Math.cos(0.5), 12);
    expect(advanceRally({ ...flying, falling: false }, 0).state.ballY).toBeCloseTo(
      30 - 3 * Math.cos(0.5),
      12,
    );
  });

  test('walls and ceiling mirror the flight', () => {
    const right = advanceRally(
      { ...flying, ballX: RIGHT_WALL - BALL_RADIUS - 0.5, angle: 30 * DEGREE },
      0,
    ).state;
    expect(right.ballX).toBeCloseTo(RIGHT_WALL - BALL_RADIUS - 1, 12);
    expect(right.angle).toBeCloseTo(-30 * DEGREE, 12);
    const left = advanceRally(
      { ...flying, ballX: LEFT_WALL + BALL_RADIUS + 0.5, angle: -30 * DEGREE },
      0,
    ).state;
    expect(left.ballX).toBeCloseTo(LEFT_WALL + BALL_RADIUS + 1, 12);
    expect(left.angle).toBeCloseTo(30 * DEGREE, 12);
    const up = advanceRally(
      { ...flying, ballY: CEILING + BALL_RADIUS + 1, falling: false, angle: 60 * DEGREE },
      0,
    );
    expect(up.state.ballY).toBeCloseTo(CEILING + BALL_RADIUS + 0.5, 12);
    expect(up.state).toMatchObject({ falling: true, angle: 60 * DEGREE });
  });

  test('the paddle moves at its speed and stops at the walls', () => {
    expect(advanceRally(flying, -1).state.paddleX).toBeCloseTo(30 - PADDLE_SPEED, 12);
    expect(advanceRally(flying, 1).state.paddleX).toBeCloseTo(30 + PADDLE_SPEED, 12);
    const atWall = { ...flying, paddleX: RIGHT_WALL - PADDLE_HALF_WIDTH - 0.1 };
    expect(advanceRally(atWall, 1).state.paddleX).toBe(RIGHT_WALL - PADDLE_HALF_WIDTH);
  });

  test('a hit in the centre keeps the direction across and makes the ball faster, up to a limit', () => {
    const { state, event } = advanceRally(landing, 0);
    expect(event).toBe('returned');
    expect(state.falling).toBe(false);
    expect(state.angle).toBeCloseTo(30 * DEGREE, 9);
    expect(state.speed).toBeCloseTo(3 * 1.05, 12);
    expect(state.ballY).toBeCloseTo(PADDLE_TOP - BALL_RADIUS - 0.5 * 3.15 * Math.cos(30 * DEGREE), 9);
    const fast = { ...landing, speed: MAXIMUM_SPEED - 0.01 };
    expect(advanceRally(fast, 0).state.speed).toBe(MAXIMUM_SPEED);
  });

  test('the angle depends on where the paddle is hit', () => {
    const angleAt = (offset: number): number =>
      advanceRally({ ...landing, paddleX: 30 - offset }, 0).state.angle;
    expect(angleAt(3)).toBeCloseTo(50 * DEGREE, 9);
    expect(angleAt(5)).toBeCloseTo(LARGEST_ANGLE, 9);
    expect(angleAt(-1)).toBeCloseTo((30 - 40 / 6) * DEGREE, 9);
    expect(angleAt(-3)).toBeCloseTo(SMALLEST_ANGLE, 9);
    expect(angleAt(-6)).toBeCloseTo(-SMALLEST_ANGLE, 9);
  });

  test('the ball is missed once it passes the paddle by more than its radius', () => {
    const reach = PADDLE_HALF_WIDTH + BALL_RADIUS;
    for (const side of [-1, 1]) {
      expect(advanceRally({ ...landing, paddleX: 30 + side * (reach - 0.01) }, 0).event).toBe('returned');
      expect(advanceRally({ ...landing, paddleX: 30 + side * (reach + 0.01) }, 0).event).toBe('missed');
    }
  });

  test('a forecast landing is where the ball arrives', () => {
    const environment = new RallyEnvironment();
    for (let seed = 0; seed < 50; seed++) {
      environment.reset(seed);
      const { x, steps } = nextLanding(environment.state);
      for (let step = 1; step < steps; step++) {
        const { terminated, reward } = environment.step(1);
        expect([terminated, reward]).toEqual([false, 0]);
      }
      const { paddleX } = environment.state;
      const { terminated, reward } = environment.step(1);
      const caught = Math.abs(x - paddleX) <= PADDLE_HALF_WIDTH + BALL_RADIUS;
      expect([terminated, reward]).toEqual([!caught, caught ? 1 : 0]);
    }
  });
});

describe('rally environment', () => {
  test('every return is rewarded, the ball stays between the walls, and only a miss ends an episode early', () => {
    const environment = new RallyEnvironment();
    for (let seed = 0; seed < 10; seed++) {
      environment.reset(seed);
      for (let ended = false; !ended;) {
        const expected = advanceRally(environment.state, expertMove(environment.state) - 1);
        const step = environment.step(expertMove(environment.state));
        ended = step.terminated || step.truncated;
        expect(environment.state).toEqual(expected.state);
        expect(step.reward).toBe(expected.event === 'returned' ? 1 : 0);
        expect(step.terminated).toBe(expected.event === 'missed');
        const { ballX, ballY, angle, speed } = environment.state;
        expect(ballX).toBeGreaterThanOrEqual(LEFT_WALL + BALL_RADIUS);
        expect(ballX).toBeLessThanOrEqual(RIGHT_WALL - BALL_RADIUS);
        expect(ballY).toBeGreaterThanOrEqual(CEILING + BALL_RADIUS);
        expect(Math.abs(angle)).toBeGreaterThanOrEqual(SMALLEST_ANGLE);
        expect(Math.abs(angle)).toBeLessThanOrEqual(LARGEST_ANGLE);
        expect(speed).toBeGreaterThanOrEqual(INITIAL_SPEED);
      }
    }
  });

  test('the image shows ball and paddle where they are', () => {
    const environment = new RallyEnvironment();
    for (let seed = 0; seed < 20; seed++) {
      const image = environment.reset(seed);
      const { ballX, ballY, paddleX } = environment.state;
      const at = (x: number, y: number): number => image[Math.floor(y) * 64 + Math.floor(x)]!;
      expect(at(ballX, ballY)).toBe(255);
      expect(at(ballX + 4, ballY)).toBeLessThan(100);
      expect(at(paddleX, PADDLE_TOP + 1)).toBe(150);
      expect(at(0, 30)).toBe(70);
      expect(image.filter((value) => value > 200).length).toBeGreaterThan(10);
    }
  });
});
