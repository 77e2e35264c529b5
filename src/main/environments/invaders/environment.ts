import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import type { Raster } from '../raster';
import type { Sprite } from '../grid/board';
import { BOARD_SIZE, IMAGE_SIZE, createBoard, drawSprite } from '../grid/board';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import type { Grid, InvadersState } from './dynamics';
import {
  ALIEN_SHOT_INTERVAL,
  CANNON_ROW,
  EMPTY_GRID,
  FIRST_MOVE_INTERVAL,
  WAVE_COLUMNS,
  advanceInvaders,
  isSet,
  newWave,
} from './dynamics';

const CANNON: Sprite = ['..##..', '..##..', '.####.', '######', '######', '......'];
/** Looking to the right, where it goes. */
const ALIEN: Sprite = ['.###..', '##.#..', '#####.', '.#.#..', '#...#.', '......'];
const SHOT: Sprite = ['..##..', '..##..', '..##..', '..##..', '..##..', '..##..'];
const ALIEN_SHOT: Sprite = ['##..##', '.####.', '..##..', '..##..', '.####.', '##..##'];
const GREY = { cannon: 255, alien: 110, shot: 255, alienShot: 200 };

export const invadersSpecification: DiscreteSpecification = {
  id: 'invaders',
  title: 'Space Invaders',
  description:
    'Shoot a block of aliens that comes down and shoots back, by the rules of MinAtar. Reward 1 per alien; the fewer are ' +
    'left the faster they move, every wave is faster, and an alien or its shot that reaches the cannon ends the episode.',
  observationShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
  actionKind: 'discrete',
  actions: ['idle', 'left', 'right', 'fire'],
  keyboard: { ArrowLeft: 1, ArrowRight: 2, Space: 3, ArrowUp: 3 },
  idleAction: 0,
  maximumSteps: 1000,
  policies: [
    {
      id: 'expert',
      description: 'Aims ahead of the aliens, wastes no shot and steps out of the way of theirs.',
      meanReturn: 193.1,
    },
    {
      id: 'weak',
      description:
        'Fires below the nearest aliens and dodges at the last moment; never aims ahead of the last, fast ones.',
      meanReturn: 22.75,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 3.58 },
  ],
};

const COMMANDS = [
  { across: 0, fire: false },
  { across: -1, fire: false },
  { across: 1, fire: false },
  { across: 0, fire: true },
];

function drawGrid(board: Raster, grid: Grid, sprite: Sprite, grey: number, mirrored = false): void {
  for (let row = 0; row < BOARD_SIZE; row++) {
    if (grid[row] === 0) continue;
    for (let column = 0; column < BOARD_SIZE; column++) {
      if (isSet(grid, column, row)) drawSprite(board, sprite, { column, row }, grey, mirrored);
    }
  }
}

export class InvadersEnvironment extends PixelEnvironment {
  readonly specification = invadersSpecification;
  private current: InvadersState = {
    cannon: 5,
    aliens: newWave(),
    shots: EMPTY_GRID,
    alienShots: EMPTY_GRID,
    direction: -1,
    shotTimer: 0,
    moveTimer: FIRST_MOVE_INTERVAL,
    alienShotTimer: ALIEN_SHOT_INTERVAL,
    moveInterval: FIRST_MOVE_INTERVAL,
  };

  /** The true state, for scripted policies and tests. */
  get state(): InvadersState {
    return this.current;
  }

  /**
   * MinAtar starts every episode alike and has no chance in it at all, which would leave a deterministic expert one game
   * to show. Here the places of cannon and aliens, their direction and the time of their first shot vary.
   */
  protected initialise(random: RandomGenerator): void {
    this.current = {
      cannon: random.integer(BOARD_SIZE),
      aliens: newWave(random.integer(BOARD_SIZE - WAVE_COLUMNS + 1)),
      shots: EMPTY_GRID,
      alienShots: EMPTY_GRID,
      direction: random.integer(2) === 0 ? -1 : 1,
      shotTimer: 0,
      moveTimer: FIRST_MOVE_INTERVAL,
      alienShotTimer: 1 + random.integer(ALIEN_SHOT_INTERVAL),
      moveInterval: FIRST_MOVE_INTERVAL,
    };
  }

  protected advance(action: number): Outcome {
    const { state, reward, lost } = advanceInvaders(this.current, COMMANDS[action]!);
    this.current = state;
    return { reward, terminated: lost };
  }

  protected draw(): Uint8Array {
    const board = createBoard();
    const { cannon, aliens, shots, alienShots, direction } = this.current;
    drawSprite(board, CANNON, { column: cannon, row: CANNON_ROW }, GREY.cannon);
    drawGrid(board, aliens, ALIEN, GREY.alien, direction < 0);
    drawGrid(board, alienShots, ALIEN_SHOT, GREY.alienShot);
    drawGrid(board, shots, SHOT, GREY.shot);
    return board.pixels;
  }
}
