import { availableParallelism } from 'node:os';
import { dittoConfiguration } from '../src/shared/configuration/agent';
import { parseConfiguration } from '../src/shared/configuration/field';
import { findPreset } from '../src/shared/configuration/presets';
import { worldModelConfiguration } from '../src/shared/configuration/world-model';
import { createEnvironment } from '../src/main/environments';
import { policyShapes } from '../src/main/learning/agents/held-out';
import { initializeParameters } from '../src/main/learning/initialization';
import { worldModelShapes } from '../src/main/learning/world-model/architecture';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { selectEngine } from '../src/main/tensor/engines';
import type { Engine } from '../src/main/tensor/program';
import type { TrainedAgent } from '../src/main/trainer/agent-runs';
import { AgentPlayer, type PlayingTimes } from '../src/main/trainer/play-agent';
import { unattended } from '../src/main/trainer/play-side-by-side';
import { worldModelArchitecture } from '../src/main/trainer/world-model-definition';
import { describeMachine, describeVersions } from './machine';

export interface RolloutBenchOptions {
  preset: string;
  environment: string;
  episodes: number;
  engine: string;
  threads?: number;
}

/** An evaluation: how fast an agent plays, and where the time goes. */
export interface RolloutReport {
  preset: string;
  environment: string;
  engine: string;
  /** Played side by side. */
  episodes: number;
  /** Steps of all environments together. */
  environmentSteps: number;
  /** Environments in which a step was needed, mean: those whose episode is over wait for the others. */
  playing: number;
  stepsPerSecond: number;
  /** Of the same agent in one environment at a time. */
  stepsPerSecondAlone: number;
  /** Shares of the time. */
  policyShare: number;
  environmentShare: number;
  otherShare: number;
  /** Of the compiled step for all environments, mean. */
  policyStepMs: number;
  threads: number;
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

/** Episodes that are played one at a time, to compare with. */
const ALONE = 3;

/** Plays an untrained agent of the preset's size in a built-in environment, as an evaluation does. */
export async function benchRollout(options: RolloutBenchOptions): Promise<RolloutReport> {
  const threads = options.threads ?? availableParallelism();
  const engine = await selectEngine(options.engine, { threads });
  const agent = untrainedAgent(options.preset, options.environment);
  const otherLoad = watchOtherLoad();
  const seeds = Array.from({ length: options.episodes }, (_, seed) => seed);
  const together = await play(engine, agent, [seeds]);
  const alone = await play(
    engine,
    agent,
    seeds.slice(0, ALONE).map((seed) => [seed]),
  );
  const { all, policy, environments, steps, environmentSteps } = together;
  return {
    ...{ preset: options.preset, environment: options.environment, engine: engine.id },
    episodes: options.episodes,
    environmentSteps,
    playing: environmentSteps / steps,
    stepsPerSecond: rate(together),
    stepsPerSecondAlone: rate(alone),
    policyShare: policy / all,
    environmentShare: environments / all,
    otherShare: (all - policy - environments) / all,
    policyStepMs: policy / steps,
    threads,
    otherLoad: otherLoad(0),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

const rate = ({ environmentSteps, all }: PlayingTimes): number => (1000 * environmentSteps) / all;

/** Plays groups of seeds one after the other, each side by side. */
async function play(
  engine: Engine,
  agent: TrainedAgent,
  groups: readonly (readonly number[])[],
): Promise<PlayingTimes> {
  const sum: PlayingTimes = { all: 0, environments: 0, policy: 0, steps: 0, environmentSteps: 0 };
  for (const seeds of groups) {
    const environments = seeds.map(() => createEnvironment(agent.environment));
    const player = await AgentPlayer.create(engine, agent, environments, seeds);
    await player.play(agent.parameters, unattended);
    for (const key of Object.keys(sum) as (keyof PlayingTimes)[]) sum[key] += player.times[key];
    await player.dispose();
  }
  return sum;
}

function untrainedAgent(preset: string, environment: string): TrainedAgent {
  const { specification } = createEnvironment(environment);
  const { worldModel, ditto } = findPreset(preset);
  const architecture = worldModelArchitecture(parseConfiguration(worldModelConfiguration, worldModel), {
    ...specification,
    actionNames: [...specification.actions],
    observationShape: [...specification.observationShape],
  });
  const { hiddenLayers, hiddenUnits, actionDistribution } = parseConfiguration(dittoConfiguration, ditto);
  const names = { runId: 'bench', name: 'Untrained', environment, checkpointStep: 0 };
  const reader = { architecture, pixels: { mean: 127.5, standardDeviation: 73.9 } };
  const actor = { perceptron: { hiddenLayers, hiddenUnits }, actionDistribution };
  const { convolutionDepth } = architecture;
  const policy = { ...names, ...reader, ...actor, convolutionDepth, sight: 'latent' as const };
  return {
    ...policy,
    method: 'ditto',
    rewardLatent: 'full',
    parameters: initializeParameters(policyShapes(policy), 0),
    worldModel: { ...names, ...reader, parameters: initializeParameters(worldModelShapes(architecture), 1) },
  };
}
