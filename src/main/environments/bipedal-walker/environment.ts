import type { ContinuousSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import { randomGenerator } from '../../../shared/random';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import { generateCourse, type Course } from './course';
import { GOAL, SCALE } from './measures';
import { drawPicture, PICTURE_SIZE } from './picture';
import { MOTOR_TORQUE, Walker } from './walker';

const FALL_REWARD = -100;
const TORQUE_COST = 0.00035 * MOTOR_TORQUE;

export const bipedalWalkerSpecification: ContinuousSpecification = {
  id: 'bipedal-walker',
  title: 'Bipedal Walker',
  description:
    'Walk to the end of uneven ground on two legs, by the rules and physics of Gymnasium’s BipedalWalker-v3. Rewarded ' +
    'for the way made, 364 in all, less what the motors and a leaning hull cost; a fall costs 100 and ends the episode.',
  observationShape: [PICTURE_SIZE, PICTURE_SIZE, 1],
  actionKind: 'continuous',
  actions: ['hip 1', 'knee 1', 'hip 2', 'knee 2'],
  maximumSteps: 1600,
  policies: [
    {
      id: 'expert',
      description:
        'An agent that RL Baselines3 Zoo trained with PPO on Gymnasium’s walker, with 80 % of its torque: it seldom falls.',
      meanReturn: 294.0,
    },
    {
      id: 'weak',
      description:
        'The same agent with all of its torque: it hurries, and falls in a third of the episodes, as in Gymnasium.',
      meanReturn: 216.21,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: -96.88 },
  ],
};

export const bipedalWalkerHardcoreSpecification: ContinuousSpecification = {
  ...bipedalWalkerSpecification,
  id: 'bipedal-walker-hardcore',
  title: 'Bipedal Walker, Hardcore',
  description:
    'The Bipedal Walker among stumps, stairs and pits, as in Gymnasium’s BipedalWalkerHardcore-v3. Nobody who comes ' +
    'with it masters it.',
  maximumSteps: 2000,
  policies: [
    {
      id: 'expert',
      description:
        'The agent of the Bipedal Walker with all of its torque; it never saw an obstacle and soon falls.',
      meanReturn: -68.2,
    },
    {
      id: 'weak',
      description: 'The same agent with 80 % of its torque.',
      meanReturn: -81.51,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: -107.11 },
  ],
};

interface Episode {
  walker: Walker;
  course: Course;
  /** Of the walker before the next step. */
  potential: number;
}

/** Seeds give other courses than in Gymnasium, whose random numbers are NumPy's. */
export class BipedalWalkerEnvironment extends PixelEnvironment<Float32Array> {
  readonly specification: ContinuousSpecification = bipedalWalkerSpecification;
  protected readonly hardcore: boolean = false;
  private episode = startEpisode(generateCourse(randomGenerator(0, 'bipedal-walker'), false));

  /** Gymnasium's observation `[24]`, for policies and tests. */
  get state(): Float32Array {
    return this.episode.walker.state();
  }

  /** Starts an episode on a given course. */
  begin(course: Course): Uint8Array {
    this.episode = startEpisode(course);
    return this.start(0);
  }

  protected initialise(random: RandomGenerator): void {
    this.episode = startEpisode(generateCourse(random, this.hardcore));
  }

  protected advance(action: Float32Array): Outcome {
    const { walker, potential: before } = this.episode;
    walker.step(action);
    this.episode.potential = potential(walker);
    const { x } = walker.hull.getPosition();
    if (walker.fallen || x < 0) return { reward: FALL_REWARD, terminated: true };
    return { reward: this.episode.potential - before - torqueCost(action), terminated: x > GOAL };
  }

  protected draw(): Uint8Array {
    return drawPicture(this.episode.walker, this.episode.course);
  }
}

export class BipedalWalkerHardcoreEnvironment extends BipedalWalkerEnvironment {
  override readonly specification = bipedalWalkerHardcoreSpecification;
  protected override readonly hardcore = true;
}

function startEpisode(course: Course): Episode {
  const walker = new Walker(course);
  // Gymnasium's first observation is what a step of idle motors leads to.
  walker.step(new Float32Array(4));
  return { walker, course, potential: potential(walker) };
}

/** Its differences are the reward for moving on and for keeping the hull level. */
function potential({ hull }: Walker): number {
  return (130 * hull.getPosition().x) / SCALE - 5 * Math.abs(hull.getAngle());
}

function torqueCost(action: Float32Array): number {
  return action.reduce((cost, torque) => cost + TORQUE_COST * Math.min(1, Math.abs(torque)), 0);
}
