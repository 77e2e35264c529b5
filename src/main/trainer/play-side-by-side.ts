import type { Action } from '../../shared/actions';
import type { OpenEnvironments } from '../environments/open';

/** Who is told of a long game, and can call it off. */
export interface Audience {
  /** An episode has ended. */
  onEpisode(): void;
  /** Asked before each step. */
  isOver(): boolean;
}

/** Nobody watches. */
export const unattended: Audience = { onEpisode: () => undefined, isOver: () => false };

export interface Played {
  /** Of one episode in each environment, undiscounted. */
  returns: number[];
  /** Steps of all environments together. */
  environmentSteps: number;
  /** In the environments, in milliseconds. */
  environmentTime: number;
}

/** All environments at some step. */
export interface Stage {
  step: number;
  /** The newest observation of each. */
  frames: readonly Uint8Array[];
  /** False where the episode has ended. */
  playing: readonly boolean[];
}

/**
 * One episode in each environment, side by side, each from its seed; undefined where it was called off.
 * @param act an action for each environment; of those that do not play any more it does not matter
 */
export async function playSideBySide(
  environments: OpenEnvironments['instances'],
  seeds: readonly number[],
  act: (stage: Stage) => Promise<readonly (Action | undefined)[]>,
  audience: Audience,
): Promise<Played | undefined> {
  const frames = await Promise.all(
    environments.map(async (environment, index) => environment.reset(seeds[index]!)),
  );
  const returns = seeds.map(() => 0);
  const playing = seeds.map(() => true);
  const played: Played = { returns, environmentSteps: 0, environmentTime: 0 };
  for (let step = 0; playing.includes(true); step++) {
    if (audience.isOver()) return undefined;
    const actions = await act({ step, frames, playing });
    const asked = performance.now();
    const steps = environments.map(async (environment, index) => {
      if (!playing[index]) return;
      const { observation, reward, terminated, truncated } = await environment.step(actions[index]!);
      frames[index] = observation;
      returns[index]! += reward;
      played.environmentSteps += 1;
      if (!terminated && !truncated) return;
      playing[index] = false;
      audience.onEpisode();
    });
    await Promise.all(steps);
    played.environmentTime += performance.now() - asked;
  }
  return played;
}
