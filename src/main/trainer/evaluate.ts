import { z } from 'zod';
import { parseConfiguration } from '../../shared/configuration/field';
import { evaluationConfiguration } from '../../shared/configuration/run';
import {
  heldOutMeasureNames,
  type EvaluationResult,
  type HeldOutMeasureName,
  type PolicyAtStepResult,
} from '../../shared/evaluation';
import { StudioError } from '../../shared/errors';
import { createEnvironment, createPolicy, type EnvironmentOptions } from '../environments';
import {
  interquartileMean,
  meanAndStandardError,
  protocolScore,
  stratifiedBootstrap,
} from '../learning/statistics';
import { selectEngine } from '../tensor/engines';
import type { Engine } from '../tensor/program';
import { loadAgent, loadPolicies, type PolicyAtStep, type TrainedAgent } from './agent-runs';
import { HeldOutComparison } from './held-out-comparison';
import type { JobContext } from './job-context';
import { AgentPlayer, type PlayingTimes } from './play-agent';
import { playEpisode } from './record';

const evaluationSchema = z.strictObject({
  environment: z.string(),
  /** Ids of built-in policies. */
  policies: z.array(z.string()),
  /** Ids of agent runs. */
  agents: z.array(z.string()),
});

const BOOTSTRAP_REPETITIONS = 2000;

/**
 * Plays policies and agents in the true environment, all on the same seeds, and measures agents on held-out episodes.
 * An agent plays as it was at each of its newest gradient steps (the paper's protocol, section 4.2).
 */
export async function evaluate(context: JobContext): Promise<Record<string, unknown> | undefined> {
  const { description, home } = context;
  const { environment: id, policies, agents, ...values } = description.configuration;
  const what = evaluationSchema.parse({ environment: id, policies, agents });
  const settings = parseConfiguration(evaluationConfiguration, values);
  const { episodes, gradientSteps, threads, seed } = settings;
  const options = { stickiness: settings.stickyPercent / 100 };
  const loaded = await Promise.all(what.agents.map((runId) => loadAgent(home, runId)));
  for (const agent of loaded) requireSameEnvironment(agent, what.environment);
  const seeds = Array.from({ length: episodes }, (_, index) => seed + index);
  const total = what.policies.length + loaded.length;
  const results: EvaluationResult[] = [];
  for (const policyId of what.policies) {
    context.progress('Evaluating', results.length, total);
    results.push(playPolicy(what.environment, policyId, seeds, options));
  }
  if (loaded.length === 0) return { results };
  const engine = await selectEngine(description.engine, { threads });
  const heldOut = await HeldOutComparison.create(context, engine, loaded, gradientSteps);
  for (const agent of loaded) {
    const policiesAtSteps = await loadPolicies(home, agent, gradientSteps, (reason) =>
      context.log('warning', reason),
    );
    const isOver = (): boolean => {
      context.progress('Evaluating', results.length, total);
      return context.stopRequested;
    };
    const played = await playAgent(engine, agent, policiesAtSteps, seeds, options, isOver, (times) =>
      context.log('information', describeTimes(agent, times)),
    );
    if (!played) return undefined;
    const measures = await heldOut?.measure(agent, policiesAtSteps);
    const steps = played.map((result, index) => ({ ...result, ...measures?.[index] }));
    results.push(resultOf(agent, steps, episodes));
  }
  context.progress('Evaluating', total, total);
  return { results };
}

function requireSameEnvironment(agent: TrainedAgent, environment: string): void {
  if (agent.environment === environment) return;
  throw new StudioError(
    `Agent ${agent.runId} was trained for ${agent.environment}, not ${environment}: evaluate it in its own environment.`,
  );
}

function playPolicy(
  environmentId: string,
  policyId: string,
  seeds: readonly number[],
  options: EnvironmentOptions,
): EvaluationResult {
  const environment = createEnvironment(environmentId, options);
  const policy = createPolicy(environment, policyId);
  const returns = seeds.map((seed) =>
    playEpisode(environment, policy, seed).rewards.reduce((sum, reward) => sum + reward, 0),
  );
  return { name: policyId, ...meanAndStandardError(returns), episodes: returns.length, returns };
}

function describeTimes({ name }: TrainedAgent, times: PlayingTimes): string {
  const { all, environments, policy, environmentSteps } = times;
  const percent = (part: number): string => `${Math.round((100 * part) / all)} %`;
  return (
    `${name} played ${environmentSteps} steps in ${(all / 1000).toFixed(1)} s: ${percent(policy)} of it in the ` +
    `policy, ${percent(environments)} in the environment, ${percent(all - policy - environments)} in the rest.`
  );
}

/** @param isOver is asked before each gradient step whether to stop, with nothing to show */
async function playAgent(
  engine: Engine,
  agent: TrainedAgent,
  policies: readonly PolicyAtStep[],
  seeds: readonly number[],
  options: EnvironmentOptions,
  isOver: () => boolean,
  onPlayed: (times: PlayingTimes) => void,
): Promise<PolicyAtStepResult[] | undefined> {
  const player = await AgentPlayer.create(engine, agent, seeds, options);
  const results: PolicyAtStepResult[] = [];
  for (const { step, parameters } of policies) {
    if (isOver()) break;
    const returns = await player.play(parameters);
    results.push({ step, ...meanAndStandardError(returns), returns });
  }
  onPlayed(player.times);
  await player.dispose();
  return results.length === policies.length ? results : undefined;
}

function resultOf(
  { name, runId, method }: TrainedAgent,
  gradientSteps: PolicyAtStepResult[],
  episodes: number,
): EvaluationResult {
  const returns = gradientSteps.map((step) => step.returns);
  const { standardErrorOfSteps, ...score } = protocolScore(returns);
  return {
    ...{ name, runId, method, ...score, episodes, returns: returns.flat(), gradientSteps },
    ...(gradientSteps.length > 1 && { standardErrorOfSteps }),
    interquartileMean: stratifiedBootstrap(returns, interquartileMean, {
      repetitions: BOOTSTRAP_REPETITIONS,
    }),
    ...Object.fromEntries(heldOutMeasureNames.flatMap((name) => meanMeasure(gradientSteps, name))),
  };
}

/** No entry, or one. */
function meanMeasure(steps: readonly PolicyAtStepResult[], name: HeldOutMeasureName): [string, number][] {
  const values = steps.flatMap((step) => step[name] ?? []);
  return values.length > 0 ? [[name, meanAndStandardError(values).mean]] : [];
}
