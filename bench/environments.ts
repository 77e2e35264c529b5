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

export async function benchEnvironments(seconds: number): Promise<EnvironmentsReport> {
  const otherLoad = watchOtherLoad();
  const rates: Record<string, number> = {};
  for (const id of environmentIds) rates[id] = await stepsPerSecond(id, seconds);
  return {
    stepsPerSecond: rates,
    otherLoad: otherLoad(0),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

async function stepsPerSecond(id: string, seconds: number): Promise<number> {
  const environment = createEnvironment(id);
  const policy = createPolicy(environment, 'random');
  for (let seed = 0; seed < WARM_UP_EPISODES; seed++) await playEpisode(environment, policy, seed);
  const start = performance.now();
  let steps = 0;
  let elapsed = 0;
  for (let seed = 0; elapsed < seconds; seed++) {
    steps += (await playEpisode(environment, policy, seed)).steps;
    elapsed = (performance.now() - start) / 1000;
  }
  return steps / elapsed;
}
