import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { generateCourse, type Course } from './course';
import { BipedalWalkerEnvironment, BipedalWalkerHardcoreEnvironment } from './environment';
import { GOAL, GROUND_HEIGHT, GROUND_POINTS, LEG_LENGTH, START_POINTS, STEP } from './measures';
import { calmWalk } from './policies';

const idle = new Float32Array(4);
/** Spreads the legs until the walker stands still on them. */
const split = Float32Array.of(1, 1, -1, 1);
const flat: Course = {
  heights: new Array<number>(GROUND_POINTS).fill(GROUND_HEIGHT),
  blocks: [],
  clouds: [],
  push: 0,
};

function course(seed: number, hardcore: boolean): Course {
  return generateCourse(randomGenerator(seed, 'test'), hardcore);
}

describe('course', () => {
  test('is flat at the start, then uneven, and stays about its height', () => {
    const { heights, blocks, push } = course(0, false);
    expect(heights).toHaveLength(GROUND_POINTS);
    expect(blocks).toEqual([]);
    expect(heights.slice(0, START_POINTS + 1).every((height) => height === GROUND_HEIGHT)).toBe(true);
    const slopes = heights.slice(1).map((height, index) => height - heights[index]!);
    // Slopes wander by up to 1/30 + 0.01 a point and keep 0.8 of themselves.
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan((1 / 30 + 0.01) / (1 - 0.8));
    expect(new Set(slopes).size).toBeGreaterThan(GROUND_POINTS / 2);
    expect(heights.reduce((sum, height) => sum + height) / GROUND_POINTS).toBeCloseTo(GROUND_HEIGHT, 0);
    expect(Math.abs(push)).toBeLessThan(5);
  });

  test('is given by its seed', () => {
    expect(course(3, true)).toEqual(course(3, true));
    expect(course(3, true).heights).not.toEqual(course(4, true).heights);
  });

  test('has stumps, stairs and pits if hardcore, whose blocks lie on the ground', () => {
    const sizes = new Map<string, number>();
    for (let seed = 0; seed < 20; seed++) {
      const { heights, blocks } = course(seed, true);
      expect(heights).toHaveLength(GROUND_POINTS);
      for (const { left, bottom, right, top } of blocks) {
        const size = `${Math.round((right - left) / STEP)} x ${Math.round((top - bottom) / STEP)}`;
        sizes.set(size, (sizes.get(size) ?? 0) + 1);
      }
    }
    // Stumps of one and two points, stairs, walls of pits.
    expect([...sizes.keys()].sort()).toEqual(['1 x 1', '1 x 4', '2 x 2', '4 x 1']);
    // The three kinds are as frequent; a stair has 3.5 blocks on average, a pit 2.
    const stumps = sizes.get('1 x 1')! + sizes.get('2 x 2')!;
    expect(sizes.get('1 x 4')! / stumps).toBeCloseTo(2, -0.5);
    expect(sizes.get('4 x 1')! / stumps).toBeCloseTo(3.5, -0.5);
  });
});

describe('walker', () => {
  test('stands on both feet, sees flat ground ahead, and falls when it lets go', () => {
    const environment = new BipedalWalkerEnvironment();
    environment.begin(flat);
    const { state } = environment;
    expect(state).toHaveLength(24);
    expect([state[8], state[13]]).toEqual([1, 1]);
    const lidar = state.slice(14);
    const height = lidar[0]! * (160 / 30);
    lidar.forEach((fraction, ray) => {
      const distance = height / Math.cos((1.5 * ray) / 10) / (160 / 30);
      expect(fraction).toBeCloseTo(Math.min(1, distance), 5);
    });
    for (let step = 0; ; step++) {
      const { reward, terminated } = environment.step(idle);
      if (!terminated) continue;
      expect(reward).toBe(-100);
      expect(step).toBeLessThan(200);
      return;
    }
  });

  test('has no more torque beyond 1, nor pays for more', () => {
    const [one, other] = [new BipedalWalkerEnvironment(), new BipedalWalkerEnvironment()];
    one.begin(flat);
    other.begin(flat);
    expect(one.step(split.map((torque) => 3 * torque))).toEqual(other.step(split));
    expect(one.step(split).reward).not.toEqual(other.step(idle).reward);
  });

  test('arrives at the end of the ground with the expert', () => {
    const environment = new BipedalWalkerEnvironment();
    environment.begin(flat);
    let total = 0;
    for (let steps = 1; ; steps++) {
      const { reward, terminated, truncated } = environment.step(calmWalk(environment.state));
      total += reward;
      if (!terminated && !truncated) continue;
      expect({ terminated, truncated }).toEqual({ terminated: true, truncated: false });
      // From the middle of the start to the goal, 130 / 30 a metre, less what torque costs.
      const way = (130 * (GOAL - (STEP * START_POINTS) / 2)) / 30;
      expect(total).toBeGreaterThan(280);
      expect(total).toBeLessThan(way);
      expect(steps).toBeLessThan(1600);
      return;
    }
  });

  test.each([
    [new BipedalWalkerEnvironment(), 1600],
    [new BipedalWalkerHardcoreEnvironment(), 2000],
  ])('that stands still is cut off at the step limit (%#)', (environment, maximumSteps) => {
    environment.begin(flat);
    for (let step = 1; step < maximumSteps; step++) {
      expect(environment.step(split)).toMatchObject({ terminated: false, truncated: false });
    }
    expect(environment.step(split)).toMatchObject({ terminated: false, truncated: true });
    expect(() => environment.step(split)).toThrow(/reset/);
  });
});

describe('environment', () => {
  test('the same seed and actions give the same episode, other seeds other ones', () => {
    const play = (seed: number) => {
      const environment = new BipedalWalkerHardcoreEnvironment();
      const first = environment.reset(seed);
      return [first, ...Array.from({ length: 20 }, () => environment.step(calmWalk(environment.state)))];
    };
    expect(play(5)).toEqual(play(5));
    expect(play(5)).not.toEqual(play(6));
  });

  test('sticky actions repeat the action before, at first idle motors', () => {
    const stuck = new BipedalWalkerEnvironment({ stickiness: 1 - Number.EPSILON });
    const still = new BipedalWalkerEnvironment();
    expect(stuck.reset(2)).toEqual(still.reset(2));
    for (let step = 0; step < 5; step++) expect(stuck.step(split)).toEqual(still.step(idle));
  });

  test('an action of another length or without numbers throws and changes nothing', () => {
    const environment = new BipedalWalkerEnvironment();
    expect(() => environment.step(idle)).toThrow(/reset/);
    environment.reset(0);
    for (const action of [[], [0, 0, 0], [0, 0, 0, 0, 0], [0, NaN, 0, 0], [Infinity, 0, 0, 0]]) {
      expect(() => environment.step(Float32Array.from(action))).toThrow(RangeError);
    }
    expect(() => environment.step(0)).toThrow(RangeError);
    const untouched = new BipedalWalkerEnvironment();
    untouched.reset(0);
    expect(environment.step(split)).toEqual(untouched.step(split));
  });
});

describe('picture', () => {
  const PIXELS = 64;
  /** Pixels a metre, across and up. */
  const [ACROSS, UP] = [PIXELS / 20, PIXELS / (400 / 30)];
  const row = (picture: Uint8Array, height: number): number[] => {
    const from = PIXELS * Math.floor(PIXELS - height * UP);
    return [...picture.subarray(from, from + PIXELS)];
  };
  const cloud = [
    [12, 9],
    [16, 9],
    [16, 12],
    [12, 12],
  ] as const;
  const block = { left: 12, right: 13, bottom: GROUND_HEIGHT, top: GROUND_HEIGHT + 1 };

  test('has sky above, ground below, and the walker a fifth from the left', () => {
    const picture = new BipedalWalkerEnvironment().begin(flat);
    expect(picture).toHaveLength(PIXELS ** 2);
    expect(row(picture, 13)).toEqual(new Array(PIXELS).fill(220));
    expect(row(picture, 0.1)).toEqual(new Array(PIXELS).fill(129));
    const hull = row(picture, GROUND_HEIGHT + 2 * LEG_LENGTH);
    const dark = hull.flatMap((grey, column) => (grey < 110 ? [column] : []));
    // From 30 of Gymnasium's pixels behind its middle to 34 in front.
    expect(dark[0]).toBeCloseTo((4 - 30 / 30) * ACROSS, -0.5);
    expect(dark.at(-1)).toBeCloseTo((4 + 34 / 30) * ACROSS, -0.5);
  });

  test('shows a block where it stands', () => {
    const environment = new BipedalWalkerHardcoreEnvironment();
    const picture = environment.begin({ ...flat, blocks: [block] });
    const plain = environment.begin(flat);
    const changed = [...picture].flatMap((grey, index) => (grey === plain[index] ? [] : [index % PIXELS]));
    const scroll = (STEP * START_POINTS) / 2 - 4;
    expect(Math.min(...changed)).toBe(Math.floor((block.left - scroll) * ACROSS));
    expect(Math.max(...changed)).toBe(Math.floor((block.right - scroll) * ACROSS));
  });

  test('follows the walker, clouds half as fast as blocks', () => {
    const environment = new BipedalWalkerHardcoreEnvironment();
    const left = (picture: Uint8Array) => ({
      cloud: row(picture, 10).indexOf(255),
      block: row(picture, GROUND_HEIGHT + 0.5).lastIndexOf(255),
    });
    const before = left(environment.begin({ ...flat, blocks: [block], clouds: [cloud] }));
    let after = before;
    for (let step = 0; step < 70; step++) {
      after = left(environment.step(calmWalk(environment.state)).observation);
    }
    expect(before.block - after.block).toBeGreaterThan(6);
    expect(before.cloud - after.cloud).toBeCloseTo((before.block - after.block) / 2, -0.5);
  });
});
