import type { EnvironmentSpecification, PolicySpecification } from '../../../shared/environment';
import type { GymnasiumSettings, GymnasiumSpace, GymnasiumVersions } from '../../../shared/gymnasium';
import { expertGame } from './atari-games';

/** Side of the observations, as the paper's. */
export const observationSize = 64;

const expert: PolicySpecification = {
  id: 'expert',
  description: 'Learned from pixels by A3C, elsewhere and with 2 to 4 frames a step; draws its actions.',
  meanReturn: null,
};

const random: PolicySpecification = {
  id: 'random',
  description: 'Uniformly random actions.',
  meanReturn: null,
};

/** Of the Atari 2600's names of actions: the stick, the button, both, and the diagonals around S. */
const atariKeys: Readonly<Record<string, string>> = {
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  fire: 'Space',
  upfire: 'KeyW',
  downfire: 'KeyS',
  leftfire: 'KeyA',
  rightfire: 'KeyD',
  upleft: 'KeyQ',
  upright: 'KeyE',
  downleft: 'KeyZ',
  downright: 'KeyC',
};

/** What the studio's pages and runs need to know of an environment of Gymnasium. */
export function gymnasiumSpecification(
  id: string,
  { channels, maximumSteps, actionKind, actions }: GymnasiumSpace,
  versions: GymnasiumVersions,
): EnvironmentSpecification {
  const common = {
    id,
    title: id,
    description:
      `Of Gymnasium ${versions['gymnasium'] ?? ''}, played by Python. It is seen in ` +
      `${channels === 1 ? 'grey' : 'colour'}, ${observationSize} pixels wide and high.`,
    observationShape: [observationSize, observationSize, channels] as const,
    actions,
    maximumSteps,
    policies: expertGame(id) ? [expert, random] : [random],
    gymnasium: versions,
  };
  if (actionKind === 'continuous') return { ...common, actionKind };
  return {
    ...common,
    actionKind,
    keyboard: keyboardOf(actions),
    idleAction: Math.max(0, actions.indexOf('noop')),
  };
}

/** Digits stand for actions whose names say nothing, in their order. */
function keyboardOf(actions: readonly string[]): Record<string, number> {
  if (actions.includes('noop')) {
    const keys = actions.flatMap((name, action) => {
      const code = Object.hasOwn(atariKeys, name) ? atariKeys[name] : undefined;
      return code === undefined ? [] : [[code, action] as const];
    });
    return Object.fromEntries(keys);
  }
  return Object.fromEntries(actions.slice(0, 9).map((_, action) => [`Digit${action + 1}`, action]));
}

/** What a run keeps in its configuration, so that it can be played again as it was. */
export function gymnasiumSettings({
  observationShape,
  maximumSteps,
  gymnasium,
}: EnvironmentSpecification): GymnasiumSettings | undefined {
  if (!gymnasium) return undefined;
  return { channels: observationShape[2] === 1 ? 1 : 3, maximumSteps, versions: gymnasium };
}
