import type { Action } from '../../shared/actions';
import type {
  DistantEnvironment,
  Environment,
  EnvironmentSpecification,
  Policy,
} from '../../shared/environment';
import { AsterixEnvironment, asterixSpecification } from './asterix/environment';
import { expertStep, weakStep } from './asterix/policies';
import { BalanceEnvironment, balanceSpecification } from './balance/environment';
import { expertPush, weakPush } from './balance/policies';
import {
  BipedalWalkerEnvironment,
  BipedalWalkerHardcoreEnvironment,
  bipedalWalkerHardcoreSpecification,
  bipedalWalkerSpecification,
} from './bipedal-walker/environment';
import { calmWalk, hurriedWalk } from './bipedal-walker/policies';
import { BreakoutEnvironment, breakoutSpecification } from './breakout/environment';
import { expertPaddle, weakPaddle } from './breakout/policies';
import { FreewayEnvironment, freewaySpecification } from './freeway/environment';
import { expertWalk, weakWalk } from './freeway/policies';
import { InvadersEnvironment, invadersSpecification } from './invaders/environment';
import { expertShot, weakShot } from './invaders/policies';
import type { EnvironmentOptions } from './pixel-environment';
import { statePolicy } from './policies';
import { PursuitEnvironment, pursuitSpecification } from './pursuit/environment';
import { expertThrust, weakThrust } from './pursuit/policies';
import { RallyEnvironment, rallySpecification } from './rally/environment';
import { expertMove, weakMove } from './rally/policies';
import { SeaquestEnvironment, seaquestSpecification } from './seaquest/environment';
import { expertCommand, weakCommand } from './seaquest/policies';

/** One built-in environment: how to make it, and its policies, which may look at its true state. */
export interface BuiltIn {
  readonly specification: EnvironmentSpecification;
  create(options?: EnvironmentOptions): Environment;
  /** One of its scripted policies; throws TypeError where `environment` was not made by `create`. */
  createPolicy(environment: Environment | DistantEnvironment, policyId: string): Policy;
}

type StateToAction<State> = (state: State) => Action;

/** Ties an environment's class to its scripted policies, functions of the true state by policy id. */
function builtIn<State>(
  specification: EnvironmentSpecification,
  Class: new (options?: EnvironmentOptions) => Environment & { readonly state: State },
  scripted: Readonly<Record<string, StateToAction<State>>>,
): BuiltIn {
  return {
    specification,
    create: (options) => new Class(options),
    createPolicy: (environment, policyId) => {
      if (!(environment instanceof Class)) {
        throw new TypeError(`This is not a built-in ${specification.id} environment.`);
      }
      const act = scripted[policyId]!;
      return statePolicy(() => act(environment.state));
    },
  };
}

export const builtIns: readonly BuiltIn[] = [
  builtIn(pursuitSpecification, PursuitEnvironment, { expert: expertThrust, weak: weakThrust }),
  builtIn(balanceSpecification, BalanceEnvironment, { expert: expertPush, weak: weakPush }),
  builtIn(rallySpecification, RallyEnvironment, { expert: expertMove, weak: weakMove }),
  builtIn(breakoutSpecification, BreakoutEnvironment, { expert: expertPaddle, weak: weakPaddle }),
  builtIn(asterixSpecification, AsterixEnvironment, { expert: expertStep, weak: weakStep }),
  builtIn(freewaySpecification, FreewayEnvironment, { expert: expertWalk, weak: weakWalk }),
  builtIn(invadersSpecification, InvadersEnvironment, { expert: expertShot, weak: weakShot }),
  builtIn(seaquestSpecification, SeaquestEnvironment, { expert: expertCommand, weak: weakCommand }),
  builtIn(bipedalWalkerSpecification, BipedalWalkerEnvironment, { expert: calmWalk, weak: hurriedWalk }),
  builtIn(bipedalWalkerHardcoreSpecification, BipedalWalkerHardcoreEnvironment, {
    expert: hurriedWalk,
    weak: calmWalk,
  }),
];
