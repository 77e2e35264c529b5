import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import { createRaster, drawDisc, drawRectangle } from '../raster';
import type { PursuitState } from './dynamics';
import {
  LARGEST_AMPLITUDE,
  LONGEST_PERIOD,
  PAD_CENTRE,
  PAD_HALF_WIDTH,
  SHORTEST_PERIOD,
  SMALLEST_AMPLITUDE,
  advancePursuit,
  isLost,
  padVelocity,
  padX,
} from './dynamics';

const SIZE = 64;
const CRAFT_Y = 24;
const CRAFT_RADIUS = 5;
const PAD_TOP = 42;
const PAD_BOTTOM = 52;
const GREY = { background: 12, ground: 60, pad: 140, craft: 255 };
/** Largest distance from the pad's centre, and from its velocity, at the start. */
const START_OFFSET = 5;
const START_DRIFT = 1;

export const pursuitSpecification: DiscreteSpecification = {
  id: 'pursuit',
  title: 'Pursuit',
  description:
    'Keep a drifting craft above a landing pad that swings from side to side. Thrust changes the velocity, which no ' +
    'single frame shows. Reward 1 per step above the pad; losing it ends the episode.',
  observationShape: [SIZE, SIZE, 1],
  actionKind: 'discrete',
  actions: ['left', 'idle', 'right'],
  keyboard: { ArrowLeft: 0, ArrowRight: 2 },
  idleAction: 1,
  maximumSteps: 200,
  policies: [
    {
      id: 'expert',
      description: "Steers by the distance to the pad, both velocities and the pad's acceleration.",
      meanReturn: 200,
    },
    {
      id: 'weak',
      description:
        "Steers by the distance and the velocities, too weakly, and ignores the pad's acceleration.",
      meanReturn: 169.7,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 12.6 },
  ],
};

export class PursuitEnvironment extends PixelEnvironment {
  readonly specification = pursuitSpecification;
  private current: PursuitState = {
    craftX: PAD_CENTRE,
    craftVelocity: 0,
    amplitude: SMALLEST_AMPLITUDE,
    frequency: (2 * Math.PI) / LONGEST_PERIOD,
    phase: 0,
  };

  /** The true state, for scripted policies and tests. */
  get state(): Readonly<PursuitState> {
    return this.current;
  }

  protected initialise(random: RandomGenerator): void {
    const between = (low: number, high: number): number => low + (high - low) * random.uniform();
    const pad = {
      craftX: 0,
      craftVelocity: 0,
      amplitude: between(SMALLEST_AMPLITUDE, LARGEST_AMPLITUDE),
      frequency: (2 * Math.PI) / between(SHORTEST_PERIOD, LONGEST_PERIOD),
      phase: between(0, 2 * Math.PI),
    };
    this.current = {
      ...pad,
      craftX: padX(pad) + between(-START_OFFSET, START_OFFSET),
      craftVelocity: padVelocity(pad) + between(-START_DRIFT, START_DRIFT),
    };
  }

  protected advance(action: number): Outcome {
    this.current = advancePursuit(this.current, action - 1);
    const lost = isLost(this.current);
    return { reward: lost ? 0 : 1, terminated: lost };
  }

  protected draw(): Uint8Array {
    const raster = createRaster(SIZE, SIZE, GREY.background);
    const centre = padX(this.current);
    drawRectangle(raster, 0, PAD_BOTTOM, SIZE, PAD_BOTTOM + 2, GREY.ground);
    drawRectangle(raster, centre - PAD_HALF_WIDTH, PAD_TOP, centre + PAD_HALF_WIDTH, PAD_BOTTOM, GREY.pad);
    drawDisc(raster, this.current.craftX, CRAFT_Y, CRAFT_RADIUS, GREY.craft);
    return raster.pixels;
  }
}
