import { expect, test } from 'vitest';
import type { CartPoleState } from './dynamics';
import { advanceCartPole } from './dynamics';
import { EXPERT_GAINS } from './policies';

const KEYS = ['position', 'velocity', 'angle', 'angularVelocity'] as const;
const STATE_COST = [1, 0.1, 4, 0.1];
const CONTROL_COST = 1;
const INDICES = [0, 1, 2, 3];

type Matrix = number[][];

const sum = (term: (index: number) => number): number => INDICES.reduce((total, i) => total + term(i), 0);
const product = (a: Matrix, b: Matrix): Matrix =>
  INDICES.map((i) => INDICES.map((j) => sum((k) => a[i]![k]! * b[k]![j]!)));

/** Central differences of the next state's value `row` about upright. */
function derivative(row: number, state: Partial<CartPoleState>, direction: number): number {
  const upright: CartPoleState = { position: 0, velocity: 0, angle: 0, angularVelocity: 0 };
  const opposite = Object.fromEntries(Object.entries(state).map(([key, value]) => [key, -value]));
  const after = advanceCartPole({ ...upright, ...state }, direction)[KEYS[row]!];
  const before = advanceCartPole({ ...upright, ...opposite }, -direction)[KEYS[row]!];
  return (after - before) / 2;
}

test("the expert's gains solve the discrete Riccati equation of the linearised cart-pole", () => {
  const step = 1e-4;
  const transition = INDICES.map((i) => KEYS.map((key) => derivative(i, { [key]: step }, 0) / step));
  const control = INDICES.map((i) => derivative(i, {}, step) / step);
  const cost = INDICES.map((i) => INDICES.map((j) => (i === j ? STATE_COST[i]! : 0)));
  let value = cost;
  let gains = [0, 0, 0, 0];
  for (let iteration = 0; iteration < 2000; iteration++) {
    const ahead = product(value, transition);
    const controlled = INDICES.map((i) => sum((k) => value[i]![k]! * control[k]!));
    const curvature = CONTROL_COST + sum((i) => control[i]! * controlled[i]!);
    gains = INDICES.map((j) => sum((i) => control[i]! * ahead[i]![j]!) / curvature);
    value = INDICES.map((i) =>
      INDICES.map(
        (j) => cost[i]![j]! + sum((k) => transition[k]![i]! * (ahead[k]![j]! - controlled[k]! * gains[j]!)),
      ),
    );
  }
  KEYS.forEach((key, i) => expect(EXPERT_GAINS[key]).toBeCloseTo(-gains[i]!, 2));
});
