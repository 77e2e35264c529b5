import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import type { Sprite } from '../grid/board';
import { BOARD_SIZE, IMAGE_SIZE, createBoard, drawSprite } from '../grid/board';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import type { BreakoutState } from './dynamics';
import { FIRST_BRICK_ROW, FULL_WALL, PADDLE_ROW, advanceBreakout, hasBrick, withoutBrick } from './dynamics';

const BRICK: Sprite = ['#####.', '#####.', '#####.', '#####.', '#####.', '......'];
const BALL: Sprite = ['.####.', '######', '######', '######', '######', '.####.'];
const PADDLE: Sprite = ['######', '######', '######', '######', '......', '......'];
/** The wall is dark, lest a world model spend itself on it: what counts in its loss is area times contrast squared. */
const GREY = { bricks: [100, 85, 70], ball: 255, trail: 120, paddle: 255 };
/** The row in which an episode's ball starts. */
const START_ROW = FIRST_BRICK_ROW + 2;
/** Paddles from which every first landing can be reached. */
const START_PADDLES = [3, 4, 5, 6];
/** Bricks taken from an episode's first wall; the same one may be taken twice. */
const START_HOLES = 3;

export const breakoutSpecification: DiscreteSpecification = {
  id: 'breakout',
  title: 'Breakout',
  description:
    'Return a ball with a paddle and break the bricks above, by the rules of MinAtar. Reward 1 per brick; a new wall ' +
    'follows the old one, and a missed ball ends the episode.',
  observationShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
  actionKind: 'discrete',
  actions: ['idle', 'left', 'right'],
  keyboard: { ArrowLeft: 1, ArrowRight: 2 },
  idleAction: 0,
  maximumSteps: 500,
  policies: [
    {
      id: 'expert',
      description: 'Looks four landings ahead and returns the ball the way that breaks most bricks soonest.',
      meanReturn: 48.97,
    },
    {
      id: 'weak',
      description: 'Runs to where a falling ball would land if there were no walls.',
      meanReturn: 4.16,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 0.24 },
  ],
};

const MOVES = [0, -1, 1];

export class BreakoutEnvironment extends PixelEnvironment {
  readonly specification = breakoutSpecification;
  private current: BreakoutState = {
    paddle: 4,
    ball: { column: 0, row: START_ROW, across: 1, down: 1 },
    trail: { column: 0, row: START_ROW },
    bricks: FULL_WALL,
    struck: false,
  };

  /** The true state, for scripted policies and tests. */
  get state(): BreakoutState {
    return this.current;
  }

  /**
   * MinAtar knows two starts, with the ball at either wall, which would leave a deterministic expert two games to show.
   * Here the ball starts in any column, and the first wall has holes.
   */
  protected initialise(random: RandomGenerator): void {
    const column = random.integer(BOARD_SIZE);
    let bricks = FULL_WALL;
    for (let hole = 0; hole < START_HOLES; hole++) {
      const row = FIRST_BRICK_ROW + random.integer(FULL_WALL.length);
      bricks = withoutBrick(bricks, random.integer(BOARD_SIZE), row);
    }
    this.current = {
      paddle: START_PADDLES[random.integer(START_PADDLES.length)]!,
      ball: { column, row: START_ROW, across: random.integer(2) === 0 ? -1 : 1, down: 1 },
      trail: { column, row: START_ROW },
      bricks,
      struck: false,
    };
  }

  protected advance(action: number): Outcome {
    const { state, reward, missed } = advanceBreakout(this.current, MOVES[action]!);
    this.current = state;
    return { reward, terminated: missed };
  }

  protected draw(): Uint8Array {
    const board = createBoard();
    const { paddle, ball, trail, bricks } = this.current;
    GREY.bricks.forEach((grey, index) => {
      const row = FIRST_BRICK_ROW + index;
      for (let column = 0; column < BOARD_SIZE; column++) {
        if (hasBrick(bricks, column, row)) drawSprite(board, BRICK, { column, row }, grey);
      }
    });
    drawSprite(board, PADDLE, { column: paddle, row: PADDLE_ROW }, GREY.paddle);
    drawSprite(board, BALL, trail, GREY.trail);
    drawSprite(board, BALL, ball, GREY.ball);
    return board.pixels;
  }
}
