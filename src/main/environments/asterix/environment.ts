import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import { randomGenerator } from '../../../shared/random';
import type { Sprite } from '../grid/board';
import { IMAGE_SIZE, createBoard, drawSprite, isOnBoard } from '../grid/board';
import { WALKS, WALK_KEYS, WALK_NAMES } from '../grid/walking';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import type { AsterixState } from './dynamics';
import { FIRST_ROW, START, advanceAsterix } from './dynamics';

const PLAYER: Sprite = ['..##..', '..##..', '######', '..##..', '.#..#.', '.#..#.'];
const ENEMY: Sprite = ['#....#', '######', '#.##.#', '######', '.####.', '#.##.#'];
const TREASURE: Sprite = ['..##..', '.####.', '######', '######', '.####.', '..##..'];
/** Behind a visitor that moves to the right. */
const TRAIL: Sprite = ['......', '......', '...###', '...###', '......', '......'];
const GREY = { player: 255, enemy: 130, treasure: 210, trail: 70 };

export const asterixSpecification: DiscreteSpecification = {
  id: 'asterix',
  title: 'Asterix',
  description:
    'Gather treasures and keep clear of enemies, which come in from both sides ever more often and faster, by the rules ' +
    'of MinAtar. Reward 1 per treasure; an enemy ends the episode.',
  observationShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
  actionKind: 'discrete',
  actions: WALK_NAMES,
  keyboard: WALK_KEYS,
  idleAction: 0,
  maximumSteps: 1000,
  policies: [
    {
      id: 'expert',
      description: 'Plans twelve steps ahead to the soonest treasure that leaves a way out.',
      meanReturn: 78.3,
    },
    {
      id: 'weak',
      description:
        'Looks one step ahead: takes what comes close and steps out of the way at the last moment.',
      meanReturn: 28.37,
    },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 0.53 },
  ],
};

export class AsterixEnvironment extends PixelEnvironment {
  readonly specification = asterixSpecification;
  private random: RandomGenerator = randomGenerator(0, 'asterix');
  private current: AsterixState = START;

  /** The true state, for scripted policies and tests. */
  get state(): AsterixState {
    return this.current;
  }

  protected initialise(random: RandomGenerator): void {
    this.random = random;
    this.current = START;
  }

  protected advance(action: number): Outcome {
    const { state, reward, caught } = advanceAsterix(this.current, WALKS[action]!, this.random);
    this.current = state;
    return { reward, terminated: caught };
  }

  protected draw(): Uint8Array {
    const board = createBoard();
    const { player, visitors } = this.current;
    visitors.forEach((visitor, lane) => {
      if (!visitor) return;
      const { column, direction, treasure } = visitor;
      const row = FIRST_ROW + lane;
      const behind = column - direction;
      if (isOnBoard(behind, row))
        drawSprite(board, TRAIL, { column: behind, row }, GREY.trail, direction < 0);
      if (treasure) drawSprite(board, TREASURE, { column, row }, GREY.treasure);
      else drawSprite(board, ENEMY, { column, row }, GREY.enemy);
    });
    drawSprite(board, PLAYER, player, GREY.player);
    return board.pixels;
  }
}
