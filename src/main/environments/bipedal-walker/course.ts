import type { RandomGenerator } from '../../../shared/random';
import { GROUND_HEIGHT, GROUND_POINTS, SCALE, START_POINTS, STEP, VIEW_HEIGHT } from './measures';

const PIT_DEPTH = 4 * STEP;
/** Points of ground along one stair. */
const STAIR_POINTS = 4;
const CLOUDS = 10;
const CLOUD_CORNERS = 5;
/** The pi of Gymnasium's clouds. */
const CLOUD_PI = 3.14;

export type Point = readonly [x: number, y: number];

/** An axis-aligned block, metres. */
export interface Block {
  left: number;
  bottom: number;
  right: number;
  top: number;
}

/** All that differs between two episodes: drawn at random, or given, so that two programs can walk the same ground. */
export interface Course {
  /** `[GROUND_POINTS]` metres; point i lies at `i * STEP`. */
  heights: readonly number[];
  /** Stumps, stairs and the walls of pits, in the order of their making. */
  blocks: readonly Block[];
  /** Polygons, metres; in the picture they move half as fast as the ground. */
  clouds: readonly (readonly Point[])[];
  /** Newtons along x that act on the hull during the first step. */
  push: number;
}

/**
 * A course as Gymnasium's `BipedalWalker` makes it: slightly uneven grass and, if `hardcore`, an obstacle after every
 * few points. The distributions are Gymnasium's; its random numbers are NumPy's, so that seeds give other courses there.
 */
export function generateCourse(random: RandomGenerator, hardcore: boolean): Course {
  return {
    ...generateGround(random, hardcore),
    clouds: Array.from({ length: CLOUDS }, () => generateCloud(random)),
    push: between(random, -5, 5),
  };
}

interface Ground {
  heights: number[];
  blocks: Block[];
}

const OBSTACLES = [addStump, addStairs, addPit];

function generateGround(random: RandomGenerator, hardcore: boolean): Ground {
  const ground: Ground = { heights: new Array<number>(START_POINTS).fill(GROUND_HEIGHT), blocks: [] };
  let slope = 0;
  while (ground.heights.length < GROUND_POINTS) {
    if (hardcore) OBSTACLES[random.integer(OBSTACLES.length)]!(ground, random);
    slope = addGrass(ground, slope, 5 + random.integer(5), random);
  }
  return { ...ground, heights: ground.heights.slice(0, GROUND_POINTS) };
}

/** Grass wanders around the ground's height after a first point that keeps the height. Returns its last slope. */
function addGrass({ heights }: Ground, slope: number, points: number, random: RandomGenerator): number {
  let height = heights.at(-1)!;
  heights.push(height);
  for (let point = 1; point < points; point++) {
    const homeward = 0.01 * Math.sign(GROUND_HEIGHT - height);
    slope = 0.8 * slope + homeward + between(random, -1, 1) / SCALE;
    height += slope;
    heights.push(height);
  }
  return slope;
}

function addStump({ heights, blocks }: Ground, random: RandomGenerator): void {
  const points = 1 + random.integer(2);
  const left = heights.length * STEP;
  const bottom = heights.at(-1)!;
  blocks.push({ left, bottom, right: left + points * STEP, top: bottom + points * STEP });
  for (let point = 0; point < points; point++) heights.push(bottom);
}

/** Three or four stairs up or down; the ground runs under them as a slope. */
function addStairs({ heights, blocks }: Ground, random: RandomGenerator): void {
  const direction = random.uniform() > 0.5 ? 1 : -1;
  const stairs = 3 + random.integer(2);
  const start = heights.length * STEP;
  const foot = heights.at(-1)!;
  for (let stair = 0; stair < stairs; stair++) {
    const left = start + stair * STAIR_POINTS * STEP;
    const top = foot + stair * direction * STEP;
    blocks.push({ left, bottom: top - STEP, right: left + STAIR_POINTS * STEP, top });
  }
  heights.push(foot);
  for (let point = 1; point < stairs * STAIR_POINTS; point++) {
    heights.push(foot + ((point - direction) / STAIR_POINTS) * direction * STEP);
  }
}

/** A gap of three or four points between two walls as deep as the pit. */
function addPit({ heights, blocks }: Ground, random: RandomGenerator): void {
  const points = 3 + random.integer(2);
  const top = heights.at(-1)!;
  for (const left of [heights.length * STEP, (heights.length + points) * STEP]) {
    blocks.push({ left, bottom: top - PIT_DEPTH, right: left + STEP, top });
  }
  heights.push(top);
  for (let point = 0; point < points; point++) heights.push(top - PIT_DEPTH);
  heights.push(top);
}

function generateCloud(random: RandomGenerator): Point[] {
  const x = between(random, 0, GROUND_POINTS) * STEP;
  return Array.from({ length: CLOUD_CORNERS }, (_, corner): Point => {
    const angle = (2 * CLOUD_PI * corner) / CLOUD_CORNERS;
    return [
      x + 15 * STEP * Math.sin(angle) + between(random, 0, 5 * STEP),
      (3 / 4) * VIEW_HEIGHT + 5 * STEP * Math.cos(angle) + between(random, 0, 5 * STEP),
    ];
  });
}

function between(random: RandomGenerator, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
