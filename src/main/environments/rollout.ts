import type { DistantEnvironment, DistantPolicy, Environment, Policy } from '../../shared/environment';

export interface Rollout {
  /** Sum of rewards, undiscounted. */
  return: number;
  steps: number;
  terminated: boolean;
}

/** Plays one whole episode. */
export async function playEpisode(
  environment: Environment | DistantEnvironment,
  policy: Policy | DistantPolicy,
  seed: number,
): Promise<Rollout> {
  await environment.reset(seed);
  await policy.begin(seed);
  const rollout: Rollout = { return: 0, steps: 0, terminated: false };
  for (;;) {
    const { reward, terminated, truncated } = await environment.step(await policy.act());
    rollout.return += reward;
    rollout.steps += 1;
    rollout.terminated = terminated;
    if (terminated || truncated) return rollout;
  }
}

/** Mean return over seeds 0 to `episodes - 1`. */
export async function meanReturn(
  environment: Environment,
  policy: Policy,
  episodes: number,
): Promise<number> {
  let total = 0;
  for (let seed = 0; seed < episodes; seed++) total += (await playEpisode(environment, policy, seed)).return;
  return total / episodes;
}
