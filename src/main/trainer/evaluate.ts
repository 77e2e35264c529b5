import { z } from 'zod';
import { parseConfiguration } from '../../shared/configuration/field';
import { evaluationConfiguration } from '../../shared/configuration/run';
import type { Environment } from '../../shared/environment';
import { randomGenerator } from '../../shared/random';
import { StudioError } from '../../shared/errors';
import { createEnvironment, createPolicy, type EnvironmentOptions } from '../environments';
import { meanAndStandardError } from '../learning/statistics';
import { selectEngine } from '../tensor/engines';
import type { Engine } from '../tensor/program';
import { agentProgram, loadAgent, type TrainedAgent } from './agent-runs';
import type { JobContext } from './job-context';
import { measureAgents } from './measure-agents';
import type { HeldOutMeasures } from './measure-held-out';
import { playEpisode } from './record';

const evaluationSchema = z.strictObject({
  environment: z.string(),
  /** Ids of built-in policies. */
  policies: z.array(z.string()),
  /** Ids of agent runs. */
  agents: z.array(z.string()),
});

/** How one policy did on all episodes. */
export interface EvaluationResult extends Partial<HeldOutMeasures> {
  name: string;
  kind: 'policy' | 'agent';
  runId?: string;
  method?: string;
  mean: number;
  standardError: number;
  episodes: number;
  returns: number[];
}

/** Plays policies and agents in the true environment, all on the same seeds, and measures agents on held-out episodes. */
export async function evaluate(context: JobContext): Promise<Record<string, unknown> | undefined> {
  const { description, home } = context;
  const { environment: id, policies, agents, ...values } = description.configuration;
  const what = evaluationSchema.parse({ environment: id, policies, agents });
  const { episodes, stickyPercent, seed } = parseConfiguration(evaluationConfiguration, values);
  const stickiness = stickyPercent / 100;
  const loaded = await Promise.all(what.agents.map((runId) => loadAgent(home, runId)));
  for (const agent of loaded) {
    if (agent.environment !== what.environment) {
      throw new StudioError(
        `Agent ${agent.runId} was trained for ${agent.environment}, not ${what.environment}: ` +
          'evaluate it in its own environment.',
      );
    }
  }
  const seeds = Array.from({ length: episodes }, (_, index) => seed + index);
  const total = what.policies.length + loaded.length;
  const results: EvaluationResult[] = [];
  for (const policyId of what.policies) {
    context.progress('Evaluating', results.length, total);
    results.push({
      name: policyId,
      kind: 'policy',
      ...summarize(playPolicy(createEnvironment(what.environment, { stickiness }), policyId, seeds)),
    });
  }
  const engine = await selectEngine(description.engine, {});
  for (const agent of loaded) {
    if (context.stopRequested) return undefined;
    context.progress('Evaluating', results.length, total);
    const returns = await playAgent(engine, agent, seeds, { stickiness });
    const { name, runId, method } = agent;
    results.push({ name, kind: 'agent', runId, method, ...summarize(returns) });
  }
  const measures = await measureAgents(context, engine, loaded);
  for (const result of results) Object.assign(result, measures.get(result.runId ?? ''));
  context.progress('Evaluating', total, total);
  return { results };
}

function summarize(returns: number[]) {
  return { ...meanAndStandardError(returns), episodes: returns.length, returns };
}

function playPolicy(environment: Environment, policyId: string, seeds: readonly number[]): number[] {
  const policy = createPolicy(environment, policyId);
  return seeds.map((seed) =>
    playEpisode(environment, policy, seed).rewards.reduce((sum, reward) => sum + reward, 0),
  );
}

/** Returns of an agent that plays all seeds side by side, one compiled step for all of them; actions are sampled. */
export async function playAgent(
  engine: Engine,
  agent: TrainedAgent,
  seeds: readonly number[],
  options: EnvironmentOptions = {},
): Promise<number[]> {
  const count = seeds.length;
  const { definition, values, variables } = agentProgram(agent, count);
  const program = await engine.compile(definition);
  program.writeState(values);
  const environments = seeds.map(() => createEnvironment(agent.environment, options));
  const frames = environments.map((environment, index) => environment.reset(seeds[index]!));
  const observations = new Uint8Array(count * frames[0]!.length);
  const returns = new Array<number>(count).fill(0);
  const playing = new Array<boolean>(count).fill(true);
  let previousActions = new Int32Array(count).fill(-1);
  for (let step = 0; playing.includes(true); step++) {
    frames.forEach((frame, index) => observations.set(frame, index * frame.length));
    const random = randomGenerator(seeds[0]!, 'evaluation', step);
    const outputs = await program.run({
      observations,
      previousActions,
      isFirst: new Float32Array(count).fill(step === 0 ? 1 : 0),
      uniform: random.fillUniform(new Float32Array(count * variables)),
      actionUniform: random.fillUniform(new Float32Array(count)),
    });
    previousActions = Int32Array.from(outputs['actions']!);
    environments.forEach((environment, index) => {
      if (!playing[index]) return;
      const { observation, reward, terminated, truncated } = environment.step(previousActions[index]!);
      frames[index] = observation;
      returns[index]! += reward;
      playing[index] = !terminated && !truncated;
    });
  }
  await program.dispose();
  return returns;
}
