import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import { createRaster, drawLine, drawRectangle } from '../raster';
import type { CartPoleState } from './dynamics';
import { POLE_LENGTH, advanceCartPole, hasFallen } from './dynamics';

const SIZE = 64;
/** The cart's edge touches the image's edge where the track ends. */
const PIXELS_PER_METRE = 27;
const CART_WIDTH = 10;
const CART_HEIGHT = 6;
const POLE_THICKNESS = 3;
const GROUND_TOP = 54;
const GREY = { background: 12, ground: 70, cart: 140, pole: 255 };

/** Largest absolute values of the uniformly random initial state. */
const INITIAL: CartPoleState = {
  position: 0.5,
  velocity: 0.2,
  angle: (8 * Math.PI) / 180,
  angularVelocity: 0.4,
};

export const balanceSpecification: DiscreteSpecification = {
  id: 'balance',
  title: 'Balance',
  description:
    'Keep a pole upright on a cart that is pushed left or right along a short track. One frame shows position and ' +
    'angle but hides both velocities, without which the pole falls. Reward 1 per step until the pole leans beyond ' +
    '30 degrees or the cart leaves the track.',
  observationShape: [SIZE, SIZE, 1],
  actionKind: 'discrete',
  actions: ['left', 'idle', 'right'],
  keyboard: { ArrowLeft: 0, ArrowRight: 2 },
  idleAction: 1,
  maximumSteps: 200,
  policies: [
    {
      id: 'expert',
      description:
        'Linear-quadratic regulator on the full state; pushes once its output passes 0.6 of a push.',
      meanReturn: 200,
    },
    {
      id: 'weak',
      description: 'Regulator blind to where the cart is: holds the pole up but drifts off the track.',
      meanReturn: 101.96,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 13.3 },
  ],
};

export class BalanceEnvironment extends PixelEnvironment {
  readonly specification = balanceSpecification;
  private current: CartPoleState = { position: 0, velocity: 0, angle: 0, angularVelocity: 0 };

  /** The true state, for scripted policies and tests. */
  get state(): Readonly<CartPoleState> {
    return this.current;
  }

  protected initialise(random: RandomGenerator): void {
    const within = (bound: number): number => bound * (2 * random.uniform() - 1);
    this.current = {
      position: within(INITIAL.position),
      velocity: within(INITIAL.velocity),
      angle: within(INITIAL.angle),
      angularVelocity: within(INITIAL.angularVelocity),
    };
  }

  protected advance(action: number): Outcome {
    this.current = advanceCartPole(this.current, action - 1);
    const terminated = hasFallen(this.current);
    return { reward: terminated ? 0 : 1, terminated };
  }

  protected draw(): Uint8Array {
    const raster = createRaster(SIZE, SIZE, GREY.background);
    const x = SIZE / 2 + this.current.position * PIXELS_PER_METRE;
    const top = GROUND_TOP - CART_HEIGHT;
    const length = POLE_LENGTH * PIXELS_PER_METRE;
    drawRectangle(raster, 0, GROUND_TOP, SIZE, GROUND_TOP + 1, GREY.ground);
    drawRectangle(raster, x - CART_WIDTH / 2, top, x + CART_WIDTH / 2, GROUND_TOP, GREY.cart);
    const tipX = x + length * Math.sin(this.current.angle);
    const tipY = top - length * Math.cos(this.current.angle);
    drawLine(raster, x, top, tipX, tipY, POLE_THICKNESS, GREY.pole);
    return raster.pixels;
  }
}
