import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import { createRaster, drawDisc, drawRectangle } from '../raster';
import type { RallyState } from './dynamics';
import {
  BALL_RADIUS,
  CEILING,
  INITIAL_SPEED,
  LEFT_WALL,
  PADDLE_HALF_WIDTH,
  PADDLE_TOP,
  RIGHT_WALL,
  SMALLEST_ANGLE,
  advanceRally,
} from './dynamics';

const SIZE = 64;
const PADDLE_THICKNESS = 3;
const GREY = { background: 12, wall: 70, paddle: 150, ball: 255 };
/** Largest angle of the serve, in radians. */
const SERVE_ANGLE = Math.PI / 4;

export const rallySpecification: DiscreteSpecification = {
  id: 'rally',
  title: 'Rally',
  description:
    'Return a ball that bounces off the walls and the ceiling and gets faster with every return. The ball can outrun ' +
    'the paddle, so a player has to foresee where it comes down. Reward 1 per return; the first miss ends the episode.',
  observationShape: [SIZE, SIZE, 1],
  actionKind: 'discrete',
  actions: ['left', 'idle', 'right'],
  keyboard: { ArrowLeft: 0, ArrowRight: 2 },
  idleAction: 1,
  maximumSteps: 400,
  policies: [
    {
      id: 'expert',
      description: 'Computes where the ball comes down, reflections included, and waits there.',
      meanReturn: 11.19,
    },
    { id: 'weak', description: 'Chases the place where the ball is now.', meanReturn: 2.44 },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 0.31 },
  ],
};

export class RallyEnvironment extends PixelEnvironment {
  readonly specification = rallySpecification;
  private current: RallyState = {
    ballX: SIZE / 2,
    ballY: SIZE / 2,
    angle: 0,
    falling: false,
    speed: INITIAL_SPEED,
    paddleX: SIZE / 2,
  };

  /** The true state, for scripted policies and tests. */
  get state(): Readonly<RallyState> {
    return this.current;
  }

  /** The ball starts upwards from mid-height, so that every first landing can be reached. */
  protected initialise(random: RandomGenerator): void {
    const between = (low: number, high: number): number => low + (high - low) * random.uniform();
    const side = random.integer(2) === 0 ? -1 : 1;
    this.current = {
      ballX: between(LEFT_WALL + PADDLE_HALF_WIDTH, RIGHT_WALL - PADDLE_HALF_WIDTH),
      ballY: between(24, 40),
      angle: side * between(SMALLEST_ANGLE, SERVE_ANGLE),
      falling: false,
      speed: INITIAL_SPEED,
      paddleX: between(LEFT_WALL + PADDLE_HALF_WIDTH, RIGHT_WALL - PADDLE_HALF_WIDTH),
    };
  }

  protected advance(action: number): Outcome {
    const { state, event } = advanceRally(this.current, action - 1);
    this.current = state;
    return { reward: event === 'returned' ? 1 : 0, terminated: event === 'missed' };
  }

  protected draw(): Uint8Array {
    const raster = createRaster(SIZE, SIZE, GREY.background);
    const { ballX, ballY, paddleX } = this.current;
    drawRectangle(raster, 0, 0, SIZE, CEILING, GREY.wall);
    drawRectangle(raster, 0, CEILING, LEFT_WALL, SIZE, GREY.wall);
    drawRectangle(raster, RIGHT_WALL, CEILING, SIZE, SIZE, GREY.wall);
    const left = paddleX - PADDLE_HALF_WIDTH;
    const right = paddleX + PADDLE_HALF_WIDTH;
    drawRectangle(raster, left, PADDLE_TOP, right, PADDLE_TOP + PADDLE_THICKNESS, GREY.paddle);
    drawDisc(raster, ballX, ballY, BALL_RADIUS, GREY.ball);
    return raster.pixels;
  }
}
