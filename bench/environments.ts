import { createEnvironment, createPolicy, environmentIds } from '../src/main/environments';
import { playEpisode } from '../src/main/environments/rollout';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { describeMachine, describeVersions } from './machine';

export interface EnvironmentsReport {
  /** Steps per second on one core, images included, by environment: the random policy, whole episodes. */
  stepsPerSecond: Record<string, number>;
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const WARM_UP_EPISODES = 20;

export function benchEnvironments(seconds: number): EnvironmentsReport {
  const otherLoad = watchOtherLoad();
  return {
    stepsPerSecond: Object.fromEntries(environmentIds.map((id) => [id, stepsPerSecond(id, seconds)])),
    otherLoad: otherLoad(0),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

function stepsPerSecond(id: string, seconds: number): number {
  const environment = createEnvironment(id);
  const policy = createPolicy(environment, 'random');
  for (let seed = 0; seed < WARM_UP_EPISODES; seed++) playEpisode(environment, policy, seed);
  const start = performance.now();
  let steps = 0;
  let elapsed = 0;
  for (let seed = 0; elapsed < seconds; seed++) {
    steps += playEpisode(environment, policy, seed).steps;
    elapsed = (performance.now() - start) / 1000;
  }
  return steps / elapsed;
}
