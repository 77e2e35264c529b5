import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import { randomGenerator } from '../../../shared/random';
import type { Sprite } from '../grid/board';
import { BOARD_SIZE, IMAGE_SIZE, createBoard, drawSprite } from '../grid/board';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import type { FreewayState } from './dynamics';
import {
  BOTTOM_ROW,
  CHICKEN_COLUMN,
  FIRST_LANE,
  LANES,
  MOVE_INTERVAL,
  advanceFreeway,
  drawCars,
} from './dynamics';

const CHICKEN: Sprite = ['...##.', '...###', '#..##.', '######', '.####.', '..##..'];
/** Facing right */
const CAR: Sprite = ['......', '.###..', '######', '######', '.#..#.', '......'];
/** Behind a car that moves to the right; the longer, the faster. */
const STREAKS: readonly Sprite[] = [
  ['......', '......', '.#####', '.#####', '......', '......'],
  ['......', '......', '..####', '..####', '......', '......'],
  ['......', '......', '...###', '...###', '......', '......'],
  ['......', '......', '....##', '....##', '......', '......'],
  ['......', '......', '.....#', '.....#', '......', '......'],
];
const PAVEMENT: Sprite = ['######', '######', '######', '######', '######', '######'];
const GREY = { pavement: 40, car: 150, streak: 100, chicken: 255 };

export const freewaySpecification: DiscreteSpecification = {
  id: 'freeway',
  title: 'Freeway',
  description:
    'Lead a chicken up across eight lanes of cars, by the rules of MinAtar. Reward 1 per crossing, after which all cars ' +
    'change their speeds; a car that hits the chicken sends it back to the start.',
  observationShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
  actionKind: 'discrete',
  actions: ['idle', 'up', 'down'],
  keyboard: { ArrowUp: 1, ArrowDown: 2 },
  idleAction: 0,
  maximumSteps: 500,
  policies: [
    {
      id: 'expert',
      description: 'Foresees all cars and takes the soonest way across.',
      meanReturn: 14.1,
    },
    { id: 'weak', description: 'Walks on and on, without a look at the cars.', meanReturn: 5.51 },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 0.06 },
  ],
};

const DIRECTIONS = [0, -1, 1];

export class FreewayEnvironment extends PixelEnvironment {
  readonly specification = freewaySpecification;
  private random: RandomGenerator = randomGenerator(0, 'freeway');
  private current: FreewayState = { row: BOTTOM_ROW, moveTimer: MOVE_INTERVAL, cars: [] };

  /** The true state, for scripted policies and tests. */
  get state(): FreewayState {
    return this.current;
  }

  /** All cars start at the left edge. */
  protected initialise(random: RandomGenerator): void {
    this.random = random;
    const cars = drawCars(new Array<number>(LANES).fill(0), random);
    this.current = { row: BOTTOM_ROW, moveTimer: MOVE_INTERVAL, cars };
  }

  protected advance(action: number): Outcome {
    const { state, reward } = advanceFreeway(this.current, DIRECTIONS[action]!, this.random);
    this.current = state;
    return { reward, terminated: false };
  }

  protected draw(): Uint8Array {
    const board = createBoard();
    for (let column = 0; column < BOARD_SIZE; column++) {
      for (const row of [0, BOTTOM_ROW]) drawSprite(board, PAVEMENT, { column, row }, GREY.pavement);
    }
    this.current.cars.forEach(({ column, direction, interval }, lane) => {
      const row = FIRST_LANE + lane;
      const behind = (column - direction + BOARD_SIZE) % BOARD_SIZE;
      drawSprite(board, CAR, { column, row }, GREY.car, direction < 0);
      drawSprite(board, STREAKS[interval - 1]!, { column: behind, row }, GREY.streak, direction < 0);
    });
    drawSprite(board, CHICKEN, { column: CHICKEN_COLUMN, row: this.current.row }, GREY.chicken);
    return board.pixels;
  }
}
