import { expect, test } from 'vitest';
import type { DemoSize } from './plan';
import { DemoClock } from './progress';

const plan: DemoSize['seconds'] = {
  ...{ expert: 10, practice: 10, 'world-model': 50, ditto: 20, bc: 5, evaluation: 4, figures: 1 },
};

function clockAt(start = 0) {
  const time = { now: start };
  return { clock: new DemoClock(plan, () => time.now), time };
}

test('before anything is measured the plan counts', () => {
  const { clock } = clockAt();
  clock.begin('expert');
  expect(clock.estimate(0)).toEqual({ totalSecondsLeft: 100, totalShare: 0 });
});

test('a machine of twice the speed has half the time left', () => {
  const { clock, time } = clockAt();
  for (const step of ['expert', 'practice', 'world-model'] as const) {
    clock.begin(step);
    time.now += plan[step] / 2;
  }
  clock.begin('ditto');
  const { totalSecondsLeft, totalShare } = clock.estimate(0);
  // Between the half that was measured and the plan, which counts a little.
  expect(totalSecondsLeft).toBeGreaterThan(15);
  expect(totalSecondsLeft).toBeLessThan(18);
  expect(totalShare).toBeCloseTo(35 / (35 + totalSecondsLeft));
});

test("a step's own word on its time left is taken, else its speed", () => {
  const { clock, time } = clockAt();
  clock.begin('figures');
  const others = clock.estimate(0).totalSecondsLeft - 1;
  time.now += 30;
  expect(clock.estimate(0.25, 7).totalSecondsLeft).toBe(others + 7);
  expect(clock.estimate(0.25).totalSecondsLeft).toBe(others + 90);
  // Too early to tell its speed, and later than planned already.
  expect(clock.estimate(0.01).totalSecondsLeft).toBe(others);
});

test('when all steps are done nothing is left', () => {
  const { clock, time } = clockAt(5);
  for (const step of Object.keys(plan) as (keyof typeof plan)[]) {
    clock.begin(step);
    time.now += 3;
  }
  clock.finish();
  expect(clock.estimate(1)).toEqual({ totalSecondsLeft: 0, totalShare: 1 });
});
