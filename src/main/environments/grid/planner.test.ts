import { describe, expect, test } from 'vitest';
import type { Places } from './planner';
import { emptyOutlook, makePlan } from './planner';

const STAY = 0;
const LEFT = 1;
const RIGHT = 2;
const LOSS = -10;

/** Seven places in a row. */
const corridor: Places = {
  count: 7,
  moves: 3,
  destinations: Uint8Array.from(
    [0, 1, 2, 3, 4, 5, 6].flatMap((p) => [p, Math.max(0, p - 1), Math.min(6, p + 1)]),
  ),
};
const free = new Float64Array(7);
const FIRE = 3;
const HORIZON = 6;
const outlook = () => emptyOutlook(7, HORIZON, free);
/** Marks `place` in all steps from `first` to `last`. */
function mark(target: Float64Array, place: number, value: number, first = 0, last = HORIZON - 1): void {
  for (let step = first; step <= last; step++) target[step * 7 + place] = value;
}

describe('planner', () => {
  test('stays where nothing is to be had', () => {
    expect(makePlan(corridor, outlook(), 3, LOSS)).toEqual({ action: STAY, value: 0 });
  });

  test('goes for the nearer of two prizes, the larger of two as near, and discounts them by distance', () => {
    const nearer = outlook();
    mark(nearer.prize, 0, 1);
    mark(nearer.prize, 5, 1);
    const plan = makePlan(corridor, nearer, 3, LOSS);
    expect(plan.action).toBe(RIGHT);
    expect(plan.value).toBeCloseTo(0.97, 9);
    const larger = outlook();
    mark(larger.prize, 1, 2);
    mark(larger.prize, 5, 1);
    expect(makePlan(corridor, larger, 3, LOSS).action).toBe(LEFT);
  });

  test('does not go for a prize that is gone on arrival', () => {
    const early = outlook();
    mark(early.prize, 6, 1, 0, 1);
    expect(makePlan(corridor, early, 3, LOSS).value).toBe(0);
    const inTime = outlook();
    mark(inTime.prize, 6, 1, 2, 2);
    expect(makePlan(corridor, inTime, 3, LOSS).action).toBe(RIGHT);
  });

  test('flees from what is coming, and takes no prize that costs its life', () => {
    const chased = outlook();
    mark(chased.danger, 2, 1, 0, 5);
    mark(chased.danger, 3, 1, 1, 5);
    mark(chased.danger, 4, 1, 3, 5);
    const escape = makePlan(corridor, chased, 3, LOSS);
    expect(escape.value).toBe(0);
    const trap = outlook();
    mark(trap.prize, 4, 1);
    mark(trap.danger, 3, 1);
    mark(trap.danger, 4, 1, 1, 5);
    mark(trap.danger, 5, 1, 0, 5);
    expect(makePlan(corridor, trap, 3, LOSS).action).toBe(LEFT);
  });

  test('weighs a chance of danger against the prize behind it', () => {
    for (const [risk, action] of [
      [0.05, RIGHT],
      [0.2, STAY],
    ] as const) {
      const risky = outlook();
      mark(risky.prize, 5, 1);
      mark(risky.danger, 4, risk);
      expect(makePlan(corridor, risky, 3, LOSS).action).toBe(action);
    }
  });

  test('fires where a shot brings something, or goes there first', () => {
    const here = outlook();
    mark(here.shot, 3, 1);
    expect(makePlan(corridor, here, 3, LOSS)).toEqual({ action: FIRE, value: 1 });
    const there = outlook();
    mark(there.shot, 5, 1);
    const plan = makePlan(corridor, there, 3, LOSS);
    expect(plan.action).toBe(RIGHT);
    expect(plan.value).toBeCloseTo(0.97 ** 2, 9);
    const late = outlook();
    mark(late.shot, 3, 1, 2, 2);
    expect(makePlan(corridor, late, 3, LOSS).value).toBeCloseTo(0.97 ** 2, 9);
    mark(here.danger, 3, 1, 0, 0);
    expect(makePlan(corridor, here, 3, LOSS).action).not.toBe(FIRE);
  });

  test('costs draw it away from where it need not be', () => {
    const costly = emptyOutlook(7, HORIZON, Float64Array.from([3, 2, 1, 0, 1, 2, 3]));
    expect(makePlan(corridor, costly, 6, LOSS).action).toBe(LEFT);
    expect(makePlan(corridor, costly, 3, LOSS).action).toBe(STAY);
  });
});
