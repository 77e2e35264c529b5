import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import type { Studio } from '../studio';
import { theatreChoices } from '../theatre-choices';

export const theatreHandlers = ({ registry, dreamer }: Studio): Handlers<StudioContract>['theatre'] => ({
  choices: () => theatreChoices(registry),
  dream: dreamer.dream,
  step: dreamer.step,
});
