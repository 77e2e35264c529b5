import { availableParallelism } from 'node:os';
import type { DistantEnvironment, Environment } from '../../shared/environment';
import { StudioError } from '../../shared/errors';
import type { GymnasiumRequest } from '../../shared/gymnasium';
import { createEnvironment, type EnvironmentOptions } from '.';
import { BridgeProcess } from './gymnasium/bridge-process';
import { GymnasiumEnvironment } from './gymnasium/environment';

/** Where an environment comes from: it is built in unless Gymnasium is to play it. */
export interface EnvironmentSource {
  readonly id: string;
  readonly gymnasium?: Omit<GymnasiumRequest, 'id'> | undefined;
  /** The Python program that plays Gymnasium's. */
  readonly python?: string | undefined;
}

/** Instances of one environment, to be closed when they are no longer played. */
export interface OpenEnvironments<Instance = Environment | DistantEnvironment> {
  readonly instances: readonly Instance[];
  close(): void;
}

/**
 * New instances of an environment, built in or of Gymnasium. Throws StudioError for an unknown id or a stickiness outside
 * [0, 1), and where Gymnasium cannot play.
 */
export async function openEnvironments(
  { id, gymnasium, python }: EnvironmentSource,
  count: number,
  options: EnvironmentOptions = {},
): Promise<OpenEnvironments> {
  if (gymnasium) return openGymnasium(python, { ...gymnasium, id }, count, options);
  const instances = Array.from({ length: count }, () => createEnvironment(id, options));
  return { instances, close: () => undefined };
}

/** Of Gymnasium alone; its instances share as many processes as there are cores. */
export async function openGymnasium(
  python: string | undefined,
  { id, channels, maximumSteps }: GymnasiumRequest,
  count: number,
  { stickiness = 0 }: EnvironmentOptions = {},
): Promise<OpenEnvironments<GymnasiumEnvironment>> {
  if (python === undefined) {
    throw new StudioError(
      `${id} is played by Python, and there is none here: install it from python.org, then set up Gymnasium.`,
    );
  }
  const processes = Array.from(
    { length: Math.min(count, availableParallelism()) },
    () => new BridgeProcess(python),
  );
  const close = (): void => processes.forEach((process) => process.close());
  try {
    const made = Array.from({ length: count }, (_, index) =>
      GymnasiumEnvironment.make(
        processes[index % processes.length]!,
        { id, channels, maximumSteps },
        stickiness,
      ),
    );
    return { instances: await Promise.all(made), close };
  } catch (error) {
    close();
    throw error;
  }
}
