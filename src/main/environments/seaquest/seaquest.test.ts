import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import type { Command } from './dynamics';
import { advanceSeaquest } from './dynamics';
import { SeaquestEnvironment } from './environment';
import { expertCommand } from './policies';
import type { Enemy, SeaquestState } from './state';
import { START } from './state';

const random = randomGenerator(0, 'seaquest-test');
const IDLE: Command = { across: 0, down: 0, fire: false };
/** Under water, with nothing else about and nothing to come soon. */
const calm: SeaquestState = {
  ...START,
  submarine: { column: 4, row: 4 },
  surfaced: false,
  enemyTimer: 1000,
  diverTimer: 1000,
};
const step = (state: SeaquestState, command: Partial<Command> = {}) =>
  advanceSeaquest(state, { ...IDLE, ...command }, random);
function advance(state: SeaquestState, steps: number): SeaquestState {
  let current = state;
  for (let i = 0; i < steps; i++) current = step(current).state;
  return current;
}
const fish = (change: Partial<Enemy> = {}): Enemy => ({
  column: 0,
  row: 2,
  direction: 1,
  timer: 5,
  shotTimer: null,
  ...change,
});
const lost = (change: Partial<SeaquestState>, command: Partial<Command> = {}): boolean =>
  step({ ...calm, ...change }, command).lost;

describe('seaquest rules', () => {
  test('the submarine moves in four directions, looks where it last went across, and stays in the sea', () => {
    expect(step(calm, { across: 1 }).state).toMatchObject({ submarine: { column: 5, row: 4 }, facing: 1 });
    expect(step({ ...calm, facing: 1 }, { down: 1 }).state).toMatchObject({
      submarine: { column: 4, row: 5 },
      facing: 1,
    });
    const at = (column: number, row: number, command: Partial<Command>) =>
      step({ ...calm, submarine: { column, row } }, command).state.submarine;
    expect(at(0, 4, { across: -1 })).toEqual({ column: 0, row: 4 });
    expect(at(9, 4, { across: 1 })).toEqual({ column: 9, row: 4 });
    expect(at(4, 8, { down: 1 })).toEqual({ column: 4, row: 8 });
  });

  test('a torpedo leaves the bow, flies one cell a step and off the board; the next is ready five steps later', () => {
    const fired = step(calm, { fire: true }).state;
    expect(fired.torpedoes).toEqual([{ column: 3, row: 4, direction: -1 }]);
    expect(advance(fired, 3).torpedoes).toHaveLength(1);
    expect(advance(fired, 4).torpedoes).toHaveLength(0);
    expect(step({ ...calm, facing: 1 }, { fire: true }).state.torpedoes[0]).toMatchObject({ column: 5 });
    let state = calm;
    const shots: number[] = [];
    for (let i = 0; i < 11; i++) {
      if (state.shotTimer === 0) shots.push(i);
      state = step(state, { fire: true }).state;
    }
    expect(shots).toEqual([0, 5, 10]);
  });

  test('an enemy that a torpedo flies into, or that swims into one, earns 1, and both are gone', () => {
    const torpedoes = [{ column: 2, row: 2, direction: -1 }];
    for (const enemy of [fish({ column: 1 }), fish({ column: 0, timer: 0 })]) {
      const { state, reward } = step({ ...calm, torpedoes, enemies: [enemy] });
      expect(reward).toBe(1);
      expect(state).toMatchObject({ enemies: [], torpedoes: [] });
    }
    expect(step({ ...calm, torpedoes, enemies: [fish({ column: 1, row: 3 })] }).reward).toBe(0);
  });

  test('enemies move every sixth step at first, and leave the board at its end', () => {
    let state: SeaquestState = { ...calm, enemies: [fish({ column: 8 })] };
    const columns: (number | undefined)[] = [];
    for (let i = 0; i < 13; i++) {
      state = step(state).state;
      columns.push(state.enemies[0]?.column);
    }
    expect(columns).toEqual([8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, undefined, undefined]);
  });

  test('enemy submarines shoot every eleventh step, fish never', () => {
    const slow = { timer: 1000, column: 5 };
    let state: SeaquestState = { ...calm, enemies: [fish({ ...slow, shotTimer: 10 }), fish(slow)] };
    const shots: number[] = [];
    for (let i = 1; i <= 23; i++) {
      state = step(state).state;
      if (state.enemyTorpedoes.some(({ column }) => column === 6)) shots.push(i);
    }
    expect(shots).toEqual([11, 22]);
    expect(state.enemyTorpedoes).toEqual([{ column: 7, row: 2, direction: 1 }]);
  });

  test('whatever meets the submarine, before or after its move, ends the episode', () => {
    expect(lost({})).toBe(false);
    expect(lost({ enemies: [fish({ column: 4, row: 4 })] })).toBe(true);
    expect(lost({ enemies: [fish({ column: 3, row: 4, timer: 0 })] })).toBe(true);
    expect(lost({ enemies: [fish({ column: 3, row: 4, timer: 1 })] })).toBe(false);
    expect(lost({ enemies: [fish({ column: 3, row: 4, timer: 1 })] }, { across: -1 })).toBe(true);
    expect(lost({ enemyTorpedoes: [{ column: 3, row: 4, direction: 1 }] })).toBe(true);
    expect(lost({ enemyTorpedoes: [{ column: 3, row: 4, direction: 1 }] }, { down: 1 })).toBe(false);
    expect(lost({ enemyTorpedoes: [{ column: 4, row: 4, direction: 1 }] })).toBe(true);
  });

  test('a diver is taken aboard where submarine and diver meet, up to six', () => {
    const diver = { column: 3, row: 4, direction: 1, timer: 5 };
    const aboard = (change: Partial<SeaquestState>, command: Partial<Command> = {}) => {
      const { divers, diversAboard } = step({ ...calm, divers: [diver], ...change }, command).state;
      return [divers.length, diversAboard];
    };
    expect(aboard({})).toEqual([1, 0]);
    expect(aboard({}, { across: -1 })).toEqual([0, 1]);
    expect(aboard({ divers: [{ ...diver, timer: 0 }] })).toEqual([0, 1]);
    expect(aboard({ diversAboard: 5 }, { across: -1 })).toEqual([0, 6]);
    expect(aboard({ diversAboard: 6 }, { across: -1 })).toEqual([1, 6]);
  });

  test('oxygen lasts for 200 steps below the surface, and none is used at it', () => {
    expect(step(calm).state.oxygen).toBe(199);
    expect(advance({ ...calm, submarine: { column: 4, row: 0 }, surfaced: true }, 50).oxygen).toBe(200);
    expect(lost({ oxygen: 0 })).toBe(false);
    expect(lost({ oxygen: -1 })).toBe(true);
  });

  test('surfacing takes a diver, refills the oxygen and ramps up; without a diver it ends the episode', () => {
    const below = { ...calm, submarine: { column: 4, row: 1 }, oxygen: 57 };
    const { state, reward, lost: over } = step({ ...below, diversAboard: 3 }, { down: -1 });
    expect([reward, over]).toEqual([0, false]);
    expect(state).toMatchObject({
      diversAboard: 2,
      oxygen: 200,
      surfaced: true,
      rampIndex: 1,
      enemyInterval: 19,
    });
    expect(advance(state, 3)).toMatchObject({ diversAboard: 2, rampIndex: 1 });
    expect(step(below, { down: -1 }).lost).toBe(true);
    expect(step(START, { down: -1 }).lost).toBe(false);
  });

  test('surfacing with six divers delivers them and earns 10 for full oxygen, less for less', () => {
    const deliver = (oxygen: number) =>
      step({ ...calm, submarine: { column: 4, row: 1 }, diversAboard: 6, oxygen }, { down: -1 });
    expect(deliver(200).reward).toBe(10);
    expect(deliver(119).reward).toBe(5);
    expect(deliver(19).reward).toBe(0);
    expect(deliver(119).state).toMatchObject({ diversAboard: 0, oxygen: 200, rampIndex: 1 });
  });

  test('the ramp shortens the time between enemies at each surfacing and their pause at every second, to a limit', () => {
    let state: SeaquestState = { ...calm, submarine: { column: 4, row: 1 } };
    const ramp: number[][] = [];
    for (let i = 0; i < 25; i++) {
      state = step({ ...state, diversAboard: 2 }, { down: -1 }).state;
      ramp.push([state.enemyInterval, state.enemyPause, state.rampIndex]);
      state = step(state, { down: 1 }).state;
    }
    expect(ramp.slice(0, 4)).toEqual([
      [19, 5, 1],
      [18, 4, 2],
      [17, 4, 3],
      [16, 3, 4],
    ]);
    expect(ramp.at(-1)).toEqual([1, 2, 19]);
  });

  test('newcomers enter at the ends, a third of the enemies shoot, and none meets its row head-on', () => {
    let [shooting, fromLeft] = [0, 0];
    const rows = new Set<number>();
    for (let i = 0; i < 3000; i++) {
      const { enemies, divers, enemyTimer, diverTimer } = step({
        ...calm,
        enemyTimer: 0,
        diverTimer: 0,
      }).state;
      const [enemy] = enemies;
      expect([enemies.length, divers.length, enemyTimer, diverTimer]).toEqual([1, 1, 19, 29]);
      expect(enemy!.column).toBe(enemy!.direction > 0 ? 0 : 9);
      rows.add(enemy!.row);
      shooting += enemy!.shotTimer === null ? 0 : 1;
      fromLeft += enemy!.direction > 0 ? 1 : 0;
    }
    expect([...rows].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(Math.abs(shooting / 3000 - 1 / 3)).toBeLessThan(0.03);
    expect(Math.abs(fromLeft / 3000 - 1 / 2)).toBeLessThan(0.03);
    const occupied = [1, 2, 3, 4, 5, 6, 7, 8].map((row) => fish({ row, column: 2 }));
    for (let i = 0; i < 100; i++) {
      const { enemies } = step({
        ...calm,
        submarine: { column: 9, row: 0 },
        surfaced: true,
        enemies: occupied,
        enemyTimer: 0,
      }).state;
      expect(enemies.every(({ direction }) => direction === 1)).toBe(true);
    }
  });
});

describe('seaquest environment', () => {
  test('the picture shows submarine, enemies, divers and gauges', () => {
    const environment = new SeaquestEnvironment();
    environment.reset(4);
    let seen = 0;
    for (let i = 0; i < 600; i++) {
      const { observation } = environment.step(expertCommand(environment.state));
      const { submarine, enemies, enemyTorpedoes, divers, diversAboard, oxygen } = environment.state;
      const at = (column: number, row: number, x: number, y: number): number =>
        observation[(2 + row * 6 + y) * 64 + 2 + column * 6 + x]!;
      expect(at(submarine.column, submarine.row, 2, 3)).toBe(255);
      const row = observation.subarray(56 * 64 + 2, 56 * 64 + 62);
      expect(row.filter((grey) => grey === 210)).toHaveLength(Math.floor((60 * oxygen) / 200));
      expect(observation.subarray(60 * 64, 61 * 64).filter((grey) => grey === 190)).toHaveLength(
        6 * diversAboard,
      );
      // Where nothing else is in the cell.
      const things = [...enemies, ...enemyTorpedoes, ...divers].map(({ column, row }) => `${column} ${row}`);
      for (const diver of divers) {
        const alone = things.filter((thing) => thing === `${diver.column} ${diver.row}`).length === 1;
        if (alone && diver.row !== submarine.row) expect(at(diver.column, diver.row, 2, 2)).toBe(190);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(200);
  });
});
