import { describe, expect, test } from 'vitest';
import type { Grid, InvadersState } from './dynamics';
import { CANNON_ROW, EMPTY_GRID, advanceInvaders, count, isSet, newWave } from './dynamics';
import { InvadersEnvironment } from './environment';
import { expertShot } from './policies';

const IDLE = { across: 0, fire: false };
const FIRE = { across: 0, fire: true };
/** A grid with something at the given columns and rows. */
const grid = (...cells: readonly (readonly [number, number])[]): Grid =>
  cells.reduce<Grid>((marked, [column, row]) => marked.with(row, marked[row]! | (1 << column)), EMPTY_GRID);

/** A wave that neither moves nor shoots soon, and the cannon beside it. */
const calm: InvadersState = {
  cannon: 0,
  aliens: newWave(),
  shots: EMPTY_GRID,
  alienShots: EMPTY_GRID,
  direction: -1,
  shotTimer: 0,
  moveTimer: 1000,
  alienShotTimer: 1000,
  moveInterval: 12,
};
function advance(state: InvadersState, steps: number, command = IDLE): InvadersState {
  let current = state;
  for (let step = 0; step < steps; step++) current = advanceInvaders(current, command).state;
  return current;
}

describe('space invaders rules', () => {
  test('the cannon moves one column and stays on the board', () => {
    const moved = (cannon: number, across: number): number =>
      advanceInvaders({ ...calm, cannon }, { across, fire: false }).state.cannon;
    expect([moved(4, 1), moved(4, -1), moved(0, -1), moved(9, 1)]).toEqual([5, 3, 0, 9]);
  });

  test('a shot rises one row a step and leaves at the top; the next can be fired five steps later', () => {
    const fired = advance(calm, 1, FIRE);
    expect(fired.shots).toEqual(grid([0, 8]));
    expect(advance(fired, 8).shots).toEqual(grid([0, 0]));
    expect(advance(fired, 9).shots).toEqual(EMPTY_GRID);
    expect(count(advance(calm, 5, FIRE).shots)).toBe(1);
    expect(advance(calm, 6, FIRE).shots).toEqual(grid([0, 3], [0, 8]));
  });

  test('an alien that meets a shot earns 1, and both are gone', () => {
    const below = { ...calm, shots: grid([4, 4]) };
    const { state, reward } = advanceInvaders(below, IDLE);
    expect(reward).toBe(1);
    expect(isSet(state.aliens, 4, 3)).toBe(false);
    expect(count(state.aliens)).toBe(23);
    expect(state.shots).toEqual(EMPTY_GRID);
    expect(advanceInvaders({ ...calm, shots: grid([4, 5]) }, IDLE).reward).toBe(0);
  });

  test('aliens go sideways every twelfth step, and down and about at the edge', () => {
    const wave = advance({ ...calm, moveTimer: 12 }, 12);
    expect(wave.aliens).toEqual(newWave(2));
    expect(advance(wave, 1).aliens).toEqual(newWave(1));
    expect(advance(wave, 13).aliens).toEqual(newWave(0));
    const turned = advance(wave, 25);
    expect(turned).toMatchObject({ aliens: [0, ...newWave(0).slice(0, 9)], direction: 1 });
    expect(advance(turned, 12).aliens).toEqual([0, ...newWave(1).slice(0, 9)]);
  });

  test('the fewer aliens, the faster they move: at the end every step', () => {
    const offsets = (aliens: Grid): number[] =>
      [1, 2, 3, 4, 5].map((steps) => {
        const { aliens: moved } = advance({ ...calm, aliens, direction: 1, moveTimer: 0 }, steps);
        return Math.log2(moved[0]! / aliens[0]!);
      });
    expect(offsets(grid([0, 0]))).toEqual([1, 2, 3, 4, 5]);
    expect(offsets(grid([0, 0], [1, 0], [3, 0]))).toEqual([1, 1, 1, 2, 2]);
    expect(offsets(newWave())).toEqual([1, 1, 1, 1, 1]);
  });

  test('every tenth step the lowest alien of the column nearest to the cannon shoots', () => {
    const ready = { ...calm, alienShotTimer: 0 };
    expect(advance(ready, 1).alienShots).toEqual(grid([2, 3]));
    expect(advance({ ...ready, cannon: 5 }, 1).alienShots).toEqual(grid([5, 3]));
    const apart = { ...ready, aliens: grid([2, 0], [2, 6], [6, 1]), cannon: 4 };
    expect(advance(apart, 1).alienShots).toEqual(grid([2, 6]));
    expect(advance(ready, 2).alienShots).toEqual(grid([2, 4]));
    expect(count(advance(ready, 10).alienShots)).toBe(0);
    expect(advance(ready, 11).alienShots).toEqual(grid([2, 3]));
  });

  test('a shot or an alien at the cannon, or aliens that leave the board, end the episode', () => {
    const lost = (change: Partial<InvadersState>, across = 0): boolean =>
      advanceInvaders({ ...calm, cannon: 5, ...change }, { across, fire: false }).lost;
    expect(lost({})).toBe(false);
    expect(lost({ alienShots: grid([5, 8]) })).toBe(true);
    expect(lost({ alienShots: grid([5, 8]) }, 1)).toBe(false);
    expect(lost({ alienShots: grid([4, 8]) }, -1)).toBe(true);
    expect(lost({ aliens: grid([5, 9]) })).toBe(true);
    expect(lost({ aliens: grid([6, 9]), moveTimer: 0 })).toBe(true);
    expect(lost({ aliens: grid([7, 9]), moveTimer: 0 })).toBe(false);
    expect(lost({ aliens: grid([0, 9]), moveTimer: 0 })).toBe(true);
    expect(lost({ aliens: grid([0, 8]), moveTimer: 0 })).toBe(false);
  });

  test('a wave that is cleared is followed by a faster one, until moves are six steps apart', () => {
    const last = { ...calm, aliens: grid([4, 3]), shots: grid([4, 4]) };
    expect(advance(last, 1)).toMatchObject({ aliens: newWave(), moveInterval: 11 });
    expect(advance({ ...last, moveInterval: 6 }, 1)).toMatchObject({ aliens: newWave(), moveInterval: 6 });
  });
});

describe('space invaders environment', () => {
  test('the expert wastes no shot', () => {
    const environment = new InvadersEnvironment();
    environment.reset(3);
    let [fired, hits] = [0, 0];
    for (let step = 0; step < 500; step++) {
      const action = expertShot(environment.state);
      if (action === 3 && environment.state.shotTimer === 0) fired += 1;
      hits += environment.step(action).reward;
    }
    expect(fired).toBeGreaterThan(90);
    expect(hits).toBeGreaterThanOrEqual(fired - count(environment.state.shots));
  });

  test('the picture shows the cannon, shots and aliens, which look where they go', () => {
    const environment = new InvadersEnvironment();
    const seen = new Set<number>();
    for (let seed = 0; seed < 10; seed++) {
      environment.reset(seed);
      const { observation } = environment.step(3);
      const { aliens, cannon, direction } = environment.state;
      const at = (column: number, row: number, x: number, y: number): number =>
        observation[(2 + row * 6 + y) * 64 + 2 + column * 6 + x]!;
      expect(at(cannon, CANNON_ROW, 2, 2)).toBe(255);
      expect(at(cannon, CANNON_ROW - 1, 2, 2)).toBe(255);
      const column = Math.log2(aliens[0]! & -aliens[0]!);
      expect(at(column, 0, direction > 0 ? 1 : 4, 1)).toBe(110);
      expect(at(column, 0, direction > 0 ? 4 : 1, 1)).toBe(12);
      seen.add(direction);
    }
    expect(seen.size).toBe(2);
  });
});
