import { expect, test } from 'vitest';
import { createEnvironment } from '../environments';
import { policyShapes } from '../learning/agents/held-out';
import { initializeParameters } from '../learning/initialization';
import { worldModelShapes, type WorldModelArchitecture } from '../learning/world-model/architecture';
import { onnxRuntimeEngine } from '../tensor/onnxruntime-engine';
import type { Engine } from '../tensor/program';
import type { TrainedAgent } from './agent-runs';
import { AgentPlayer } from './play-agent';
import { unattended } from './play-side-by-side';

const architecture: WorldModelArchitecture = {
  ...{ imageChannels: 1, actionKind: 'discrete', actions: 3, convolutionDepth: 2, deterministicSize: 8 },
  ...{ stochasticVariables: 2, stochasticClasses: 3, hiddenSize: 8 },
};
const names = { runId: 'agent', name: 'Agent', environment: 'balance', checkpointStep: 0 };
const policy = {
  ...{ ...names, architecture, pixels: { mean: 127.5, standardDeviation: 70 }, sight: 'latent' as const },
  ...{ perceptron: { hiddenLayers: 1, hiddenUnits: 8 }, actionDistribution: 'truncated-normal' as const },
  convolutionDepth: 2,
};
const agent: TrainedAgent = {
  ...{ ...policy, method: 'ditto', rewardLatent: 'full' },
  parameters: initializeParameters(policyShapes(policy), 0),
  worldModel: {
    ...{ ...names, architecture, pixels: policy.pixels },
    parameters: initializeParameters(worldModelShapes(architecture), 1),
  },
};

/** An engine that counts what is compiled and run with it. */
function countingEngine() {
  const counts = { compiled: 0, runs: 0 };
  const own = onnxRuntimeEngine({ threads: 1 });
  const engine: Engine = {
    id: own.id,
    compile: async (definition) => {
      counts.compiled += 1;
      const program = await own.compile(definition);
      const run = program.run.bind(program);
      program.run = (inputs) => {
        counts.runs += 1;
        return run(inputs);
      };
      return program;
    },
  };
  return { engine, counts };
}

test('an agent plays all seeds side by side: one compiled step for all of them', async () => {
  const { engine, counts } = countingEngine();
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const instances = seeds.map(() => createEnvironment(agent.environment));
  const player = await AgentPlayer.create(engine, agent, instances, seeds);
  const returns = (await player.play(agent.parameters, unattended))!;
  expect(returns).toHaveLength(20);
  // In `balance` every step but the one that drops the pole is worth 1.
  const lengths = returns.map((value) => value + 1);
  expect(counts).toEqual({ compiled: 1, runs: Math.max(...lengths) });
  expect(new Set(returns).size).toBeGreaterThan(1);

  const { all, environments, policy: asked, steps, environmentSteps } = player.times;
  expect(steps).toBe(counts.runs);
  expect(environmentSteps).toBe(lengths.reduce((sum, length) => sum + length, 0));
  expect(environments).toBeGreaterThan(0);
  expect(asked).toBeGreaterThan(0);
  expect(environments + asked).toBeLessThanOrEqual(all);

  expect(await player.play(agent.parameters, unattended)).toEqual(returns);
  await player.dispose();
});
