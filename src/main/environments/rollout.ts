import type { Environment, Policy } from '../../shared/environment';

export interface Rollout {
  /** Sum of rewards, undiscounted. */
  return: number;
  steps: number;
  terminated: boolean;
}

/** Plays one whole episode. */
export function playEpisode(environment: Environment, policy: Policy, seed: number): Rollout {
  environment.reset(seed);
  policy.begin(seed);
  const rollout: Rollout = { return: 0, steps: 0, terminated: false };
  for (;;) {
    const { reward, terminated, truncated } = environment.step(policy.act());
    rollout.return += reward;
    rollout.steps += 1;
    rollout.terminated = terminated;
    if (terminated || truncated) return rollout;
  }
}

/** Mean return over seeds 0 to `episodes - 1`. */
export function meanReturn(environment: Environment, policy: Policy, episodes: number): number {
  let total = 0;
  for (let seed = 0; seed < episodes; seed++) total += playEpisode(environment, policy, seed).return;
  return total / episodes;
}
