import type { DiscreteSpecification } from '../../../shared/environment';
import type { RandomGenerator } from '../../../shared/random';
import { randomGenerator } from '../../../shared/random';
import type { Sprite } from '../grid/board';
import { BOARD_SIZE, IMAGE_SIZE, createBoard, drawSprite, isOnBoard } from '../grid/board';
import { WALKS, WALK_KEYS, WALK_NAMES } from '../grid/walking';
import type { Outcome } from '../pixel-environment';
import { PixelEnvironment } from '../pixel-environment';
import type { Raster } from '../raster';
import { drawRectangle } from '../raster';
import type { Command } from './dynamics';
import { advanceSeaquest } from './dynamics';
import type { SeaquestState } from './state';
import { FULL_OXYGEN, START } from './state';

/** Whatever has a front looks to the right. */
const BOW: Sprite = ['#.....', '##....', '#####.', '######', '#####.', '......'];
const STERN: Sprite = ['....##', '....##', '#.####', '######', '#.####', '......'];
const TORPEDO: Sprite = ['......', '......', '######', '######', '......', '......'];
const FISH: Sprite = ['......', '#.###.', '####.#', '######', '#.###.', '......'];
const ENEMY_SUBMARINE: Sprite = ['..##..', '..##..', '######', '#+##+#', '######', '......'];
const ENEMY_TORPEDO: Sprite = ['##..##', '.####.', '..##..', '..##..', '.####.', '##..##'];
const DIVER: Sprite = ['..##..', '..##..', '.####.', '..##..', '.#..#.', '......'];
/** Behind whatever swims to the right. */
const TRAIL: Sprite = ['......', '......', '....##', '....##', '......', '......'];
const WATERLINE: Sprite = ['######', '######', '######', '######', '######', '......'];
const GREY = {
  air: 48,
  submarine: 255,
  torpedo: 255,
  enemy: 130,
  enemyTorpedo: 190,
  diver: 190,
  trail: 60,
  gauge: 210,
};

/** The gauges in the bottom row, in pixels. */
const GAUGE = { left: 2, top: 56, height: 2, width: 60 };
const DIVER_GAUGE = { top: 59, height: 3, width: 6, gap: 4 };

export const seaquestSpecification: DiscreteSpecification = {
  id: 'seaquest',
  title: 'Seaquest',
  description:
    'Hunt fish and submarines, pick up divers and surface before the oxygen runs out, by the rules of MinAtar. Reward 1 per ' +
    'enemy and up to 10 for six divers; a collision, a hit, want of oxygen or surfacing without a diver ends the episode.',
  observationShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
  actionKind: 'discrete',
  actions: [...WALK_NAMES, 'fire'],
  keyboard: { ...WALK_KEYS, Space: 5 },
  idleAction: 0,
  maximumSteps: 1000,
  policies: [
    {
      id: 'expert',
      description:
        'Plans ten steps ahead; surfaces often at first, which brings more enemies, and then with six divers.',
      meanReturn: 139.38,
    },
    { id: 'weak', description: 'Plans three steps ahead and overlooks torpedoes.', meanReturn: 37.3 },
    { id: 'random', description: 'Uniformly random actions.', meanReturn: 0.15 },
  ],
};

const COMMANDS: readonly Command[] = [
  ...WALKS.map((walk) => ({ ...walk, fire: false })),
  { across: 0, down: 0, fire: true },
];

function drawGauges(board: Raster, { oxygen, diversAboard }: SeaquestState): void {
  const length = (GAUGE.width * Math.max(0, oxygen)) / FULL_OXYGEN;
  drawRectangle(board, GAUGE.left, GAUGE.top, GAUGE.left + length, GAUGE.top + GAUGE.height, GREY.gauge);
  for (let diver = 0; diver < diversAboard; diver++) {
    const left = GAUGE.left + diver * (DIVER_GAUGE.width + DIVER_GAUGE.gap);
    const bottom = DIVER_GAUGE.top + DIVER_GAUGE.height;
    drawRectangle(board, left, DIVER_GAUGE.top, left + DIVER_GAUGE.width, bottom, GREY.diver);
  }
}

export class SeaquestEnvironment extends PixelEnvironment {
  readonly specification = seaquestSpecification;
  private random: RandomGenerator = randomGenerator(0, 'seaquest');
  private current: SeaquestState = START;

  /** The true state, for scripted policies and tests. */
  get state(): SeaquestState {
    return this.current;
  }

  protected initialise(random: RandomGenerator): void {
    this.random = random;
    this.current = START;
  }

  protected advance(action: number): Outcome {
    const { state, reward, lost } = advanceSeaquest(this.current, COMMANDS[action]!, this.random);
    this.current = state;
    return { reward, terminated: lost };
  }

  protected draw(): Uint8Array {
    const board = createBoard();
    const { submarine, facing, torpedoes, enemyTorpedoes, enemies, divers } = this.current;
    for (let column = 0; column < BOARD_SIZE; column++) {
      drawSprite(board, WATERLINE, { column, row: 0 }, GREY.air);
    }
    for (const { column, row, direction } of [...divers, ...enemies]) {
      const behind = { column: column - direction, row };
      if (isOnBoard(behind.column, row)) drawSprite(board, TRAIL, behind, GREY.trail, direction < 0);
    }
    for (const diver of divers) drawSprite(board, DIVER, diver, GREY.diver);
    for (const enemy of enemies) {
      const sprite = enemy.shotTimer === null ? FISH : ENEMY_SUBMARINE;
      drawSprite(board, sprite, enemy, GREY.enemy, enemy.direction < 0);
    }
    for (const torpedo of enemyTorpedoes) drawSprite(board, ENEMY_TORPEDO, torpedo, GREY.enemyTorpedo);
    for (const torpedo of torpedoes) drawSprite(board, TORPEDO, torpedo, GREY.torpedo);
    const stern = { column: submarine.column - facing, row: submarine.row };
    if (isOnBoard(stern.column, stern.row)) drawSprite(board, STERN, stern, GREY.submarine, facing < 0);
    drawSprite(board, BOW, submarine, GREY.submarine, facing < 0);
    drawGauges(board, this.current);
    return board.pixels;
  }
}
