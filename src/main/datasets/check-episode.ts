import { actionWidth, type Actions, type ActionSpace } from '../../shared/actions';
import type { DatasetMetadata, Episode } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { MAXIMUM_STEPS } from './limits';

/** Refuses an episode that would make the dataset unreadable, before anything is written. */
export function checkEpisode(metadata: DatasetMetadata, episode: Episode, stepsBefore: number): void {
  const { observations, actions, rewards } = episode;
  const [height, width, channels] = metadata.observationShape;
  const refuse = (problem: string): never => {
    throw new StudioError(
      `An episode for dataset "${metadata.name}" ${problem}: check the policy, environment or file that it came from.`,
    );
  };
  if ((metadata.actionKind === 'discrete') !== actions instanceof Int32Array)
    refuse(`does not have ${metadata.actionKind} actions`);
  const steps = actions.length / actionWidth(metadata);
  if (steps === 0) refuse('has no steps');
  if (rewards.length !== steps) refuse(`has ${steps} actions but ${rewards.length} rewards`);
  if (observations.length !== steps * height * width * channels) {
    refuse(
      `has ${observations.length} observation bytes, not ${steps} steps of ${height}x${width}x${channels}`,
    );
  }
  const outside = firstOutside(metadata, actions);
  if (outside >= 0) refuse(`has action ${actions[outside]}, outside ${allowedActions(metadata)}`);
  if (!rewards.every(Number.isFinite)) refuse('has a reward that is not a finite number');
  if (stepsBefore + steps > MAXIMUM_STEPS) refuse(`would make it longer than ${MAXIMUM_STEPS} steps`);
}

/** Index of the first number that is no action, or component of one; -1 if there is none. */
export function firstOutside({ actionKind, actionNames }: ActionSpace, actions: Actions): number {
  const isAllowed =
    actionKind === 'discrete'
      ? (value: number): boolean => value >= 0 && value < actionNames.length
      : (value: number): boolean => value >= -1 && value <= 1;
  return actions.findIndex((value) => !isAllowed(value));
}

/** `its 3 named actions`, for error messages. */
export const allowedActions = ({ actionKind, actionNames }: ActionSpace): string =>
  actionKind === 'discrete' ? `its ${actionNames.length} named actions` : 'the interval from -1 to 1';
