import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import type { Car, FreewayState } from './dynamics';
import { BOTTOM_ROW, CHICKEN_COLUMN, LANES, advanceFreeway, drawCars } from './dynamics';
import { FreewayEnvironment } from './environment';
import { expertWalk } from './policies';

const random = randomGenerator(0, 'freeway-test');
const parked: Car = { column: 0, direction: 1, interval: 5, timer: 5 };
const start: FreewayState = { row: 5, moveTimer: 0, cars: new Array<Car>(LANES).fill(parked) };
/** `start` with another car in the lane of `row`. */
const withCar = (row: number, car: Partial<Car>): FreewayState => ({
  ...start,
  cars: start.cars.with(row - 1, { ...parked, ...car }),
});

describe('freeway rules', () => {
  test('the chicken moves one row, then not again before the third step', () => {
    const rows: number[] = [];
    let state = start;
    for (let step = 0; step < 7; step++) {
      state = advanceFreeway(state, -1, random).state;
      rows.push(state.row);
    }
    expect(rows).toEqual([4, 4, 4, 3, 3, 3, 2]);
    expect(advanceFreeway(start, 0, random).state).toMatchObject({ row: 5, moveTimer: 0 });
    expect(advanceFreeway(start, 1, random).state.row).toBe(6);
    expect(advanceFreeway({ ...start, row: BOTTOM_ROW }, 1, random).state.row).toBe(BOTTOM_ROW);
  });

  test('a car of interval n moves every n + 1 steps and wraps around both ends', () => {
    for (const [interval, direction] of [
      [1, 1],
      [3, -1],
    ] as const) {
      let state = withCar(3, { column: direction > 0 ? 9 : 0, direction, interval, timer: interval });
      const columns: number[] = [];
      for (let step = 0; step < 2 * (interval + 1); step++) {
        state = advanceFreeway(state, 0, random).state;
        columns.push(state.cars[2]!.column);
      }
      const [from, first, second] = direction > 0 ? [9, 0, 1] : [0, 9, 8];
      const stand = (column: number, steps: number): number[] => new Array<number>(steps).fill(column);
      expect(columns).toEqual([...stand(from, interval), ...stand(first, interval + 1), second]);
    }
  });

  test('a car that is or comes where the chicken is sends it to the bottom', () => {
    const hit = (car: Partial<Car>): boolean =>
      advanceFreeway(withCar(5, car), 0, random).state.row === BOTTOM_ROW;
    expect(hit({ column: CHICKEN_COLUMN - 1, timer: 0 })).toBe(true);
    expect(hit({ column: CHICKEN_COLUMN - 1, timer: 1 })).toBe(false);
    expect(hit({ column: CHICKEN_COLUMN, timer: 0 })).toBe(true);
    expect(hit({ column: CHICKEN_COLUMN + 1, direction: -1, timer: 0 })).toBe(true);
    expect(hit({ column: CHICKEN_COLUMN + 1, direction: 1, timer: 0 })).toBe(false);
    expect(advanceFreeway(withCar(4, { column: CHICKEN_COLUMN }), -1, random).state.row).toBe(BOTTOM_ROW);
  });

  test('the top earns 1, puts the chicken to the bottom and draws new speeds, the cars staying in place', () => {
    const cars = drawCars([0, 1, 2, 3, 5, 6, 7, 8], random);
    const { state, reward } = advanceFreeway({ row: 1, moveTimer: 0, cars }, -1, random);
    expect(reward).toBe(1);
    expect(state.row).toBe(BOTTOM_ROW);
    expect(state.cars.map(({ column }) => column)).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
    expect(state.cars.map(({ interval }) => interval)).not.toEqual(cars.map(({ interval }) => interval));
    expect(advanceFreeway(start, -1, random).reward).toBe(0);
  });

  test('speeds are uniform on 1 to 5 and both directions as likely', () => {
    const drawn = drawCars(new Array<number>(5000).fill(0), random);
    for (let interval = 1; interval <= 5; interval++) {
      const share = drawn.filter((car) => car.interval === interval).length / drawn.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.02);
    }
    expect(Math.abs(drawn.filter(({ direction }) => direction > 0).length / 5000 - 0.5)).toBeLessThan(0.03);
    expect(new Set(drawn.map(({ direction }) => direction))).toEqual(new Set([-1, 1]));
  });
});

/** Fewest steps to the top from `state`, by trying everything. */
function soonestCrossing(state: FreewayState): number {
  let reached = new Map([['', state]]);
  for (let steps = 1; ; steps++) {
    const next = new Map<string, FreewayState>();
    for (const from of reached.values()) {
      for (const direction of [-1, 0, 1]) {
        const { state: to, reward } = advanceFreeway(from, direction, random);
        if (reward > 0) return steps;
        next.set(`${to.row} ${to.moveTimer}`, to);
      }
    }
    reached = next;
  }
}

test('the expert crosses as soon as can be', () => {
  const environment = new FreewayEnvironment();
  for (let seed = 0; seed < 30; seed++) {
    environment.reset(seed);
    const soonest = soonestCrossing(environment.state);
    let steps = 1;
    while (environment.step(expertWalk(environment.state)).reward === 0) steps += 1;
    expect(steps).toBe(soonest);
  }
});

test('the picture shows the chicken, and a fast car with a longer streak behind it than a slow one', () => {
  const environment = new FreewayEnvironment();
  const streaks = new Map<number, Set<number>>();
  for (let seed = 0; seed < 20; seed++) {
    environment.reset(seed);
    for (let step = 0; step < 11; step++) environment.step(0);
    const { observation } = environment.step(0);
    const { cars, row } = environment.state;
    expect(observation[(2 + row * 6 + 3) * 64 + 2 + CHICKEN_COLUMN * 6 + 2]).toBe(255);
    cars.forEach(({ column, direction, interval }, lane) => {
      const behind = column - direction;
      if (behind < 0 || behind > 9) return;
      const from = (2 + (lane + 1) * 6 + 2) * 64 + 2 + behind * 6;
      const length = observation.subarray(from, from + 6).filter((grey) => grey === 100).length;
      streaks.set(interval, (streaks.get(interval) ?? new Set()).add(length));
    });
  }
  const lengths = [...streaks].sort(([a], [b]) => a - b).map(([, seen]) => [...seen]);
  expect(lengths).toEqual([[5], [4], [3], [2], [1]]);
});
