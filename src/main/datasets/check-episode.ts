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
  if (actions.length === 0) refuse('has no steps');
  if (rewards.length !== actions.length)
    refuse(`has ${actions.length} actions but ${rewards.length} rewards`);
  if (observations.length !== actions.length * height * width * channels) {
    refuse(
      `has ${observations.length} observation bytes, not ${actions.length} steps of ${height}x${width}x${channels}`,
    );
  }
  const outside = actions.find((action) => action < 0 || action >= metadata.actionNames.length);
  if (outside !== undefined)
    refuse(`has action ${outside}, outside its ${metadata.actionNames.length} named actions`);
  if (!rewards.every(Number.isFinite)) refuse('has a reward that is not a finite number');
  if (stepsBefore + actions.length > MAXIMUM_STEPS)
    refuse(`would make it longer than ${MAXIMUM_STEPS} steps`);
}
