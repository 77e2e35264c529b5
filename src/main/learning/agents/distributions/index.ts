import type { ContinuousDistribution } from '../../../../shared/configuration/agent-fields';
import type { ActionSize } from '../../world-model/actions';
import { categorical } from './categorical';
import type { Distribution } from './distribution';
import { tanhNormal } from './tanh-normal';
import { truncatedNormal } from './truncated-normal';

/** Everything that the shapes of a policy's head depend on. */
export interface ActionHead extends ActionSize {
  /** Only continuous actions have a choice. */
  actionDistribution: ContinuousDistribution;
}

const continuous: Readonly<Record<ContinuousDistribution, (components: number) => Distribution>> = {
  'truncated-normal': truncatedNormal,
  'tanh-normal': tanhNormal,
};

export const distributionOf = ({ actionKind, actionDistribution, actions }: ActionHead): Distribution =>
  actionKind === 'discrete' ? categorical(actions) : continuous[actionDistribution](actions);
