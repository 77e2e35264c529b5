import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentTorques } from '../../src/main/environments/bipedal-walker/agent';
import type { Course } from '../../src/main/environments/bipedal-walker/course';
import {
  BipedalWalkerEnvironment,
  BipedalWalkerHardcoreEnvironment,
} from '../../src/main/environments/bipedal-walker/environment';

/** What `bipedal_walker.py` made with Gymnasium. */
interface Walk {
  hardcore: boolean;
  course: Course;
  /** `[steps, 4]` */
  actions: number[][];
  /** `[steps + 1, 24]` */
  states: number[][];
  rewards: number[];
}

const PYTHON = process.env['DITTO_PYTHON'] ?? 'python3';
const hasGymnasium = spawnSync(PYTHON, ['-B', '-c', 'import gymnasium, Box2D']).status === 0;
const where = `(skipped where ${PYTHON} has no gymnasium[box2d]; DITTO_PYTHON names another)`;

function walker(...argument: string[]): string {
  const script = join(import.meta.dirname, 'bipedal_walker.py');
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-B', script, ...argument], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const walks = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden/bipedal-walker.json'), 'utf8'),
) as Walk[];

/** Box2D computes in float32, planck in float64; contacts let the difference grow, here from 1e-6. */
const TOLERANCE = 5e-3;

describe.each(walks)(
  'a walk in Gymnasium, hardcore: $hardcore',
  ({ hardcore, course, actions, states, rewards }) => {
    test('leads to the same states and rewards', () => {
      const environment = hardcore ? new BipedalWalkerHardcoreEnvironment() : new BipedalWalkerEnvironment();
      environment.begin(course);
      expectClose(environment.state, states[0]!, 1e-5);
      actions.forEach((action, step) => {
        const { reward } = environment.step(Float32Array.from(action));
        expectClose(environment.state, states[step + 1]!, TOLERANCE);
        expectClose([reward], [rewards[step]!], TOLERANCE);
      });
    });
  },
);

test.skipIf(!hasGymnasium)(`Gymnasium still walks as in the golden file ${where}`, () => {
  expect(walker('walks', '--check')).toBe('The walks agree.\n');
});

test.skipIf(!hasGymnasium)(
  `50 episodes of the agent return what they do in Gymnasium ${where}`,
  () => {
    const episodes = JSON.parse(walker('episodes', '50')) as { course: Course; return: number }[];
    const environment = new BipedalWalkerEnvironment();
    const ours = episodes.map(({ course }) => agentReturn(environment, course));
    const theirs = episodes.map((episode) => episode.return);
    console.log({ ours: describeReturns(ours), gymnasium: describeReturns(theirs) });
    // Two samples of 50 from one distribution are further apart once in a thousand.
    expect(kolmogorovSmirnov(ours, theirs)).toBeLessThan(0.39);
    expect(Math.abs(describeReturns(ours).ofArrivals - describeReturns(theirs).ofArrivals)).toBeLessThan(2);
  },
  10 * 60_000,
);

function expectClose(ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number): void {
  expect(ours).toHaveLength(theirs.length);
  const difference = Math.max(...Array.from(ours, (value, index) => Math.abs(value - theirs[index]!)));
  expect(difference).toBeLessThan(tolerance);
}

function agentReturn(environment: BipedalWalkerEnvironment, course: Course): number {
  environment.begin(course);
  for (let total = 0; ;) {
    const { reward, terminated, truncated } = environment.step(agentTorques(environment.state));
    total += reward;
    if (terminated || truncated) return total;
  }
}

/** Those who arrive return about 300, those who fall below 200. */
function describeReturns(returns: readonly number[]): { mean: number; falls: number; ofArrivals: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const arrivals = returns.filter((value) => value > 250);
  return { mean: mean(returns), falls: returns.length - arrivals.length, ofArrivals: mean(arrivals) };
}

/** Largest difference between the empirical distribution functions of two samples. */
function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): number {
  const share = (values: readonly number[], bound: number) =>
    values.filter((value) => value <= bound).length / values.length;
  return Math.max(...[...one, ...other].map((bound) => Math.abs(share(one, bound) - share(other, bound))));
}
