import { z } from 'zod';
import type { Action } from '../../shared/actions';
import { parseConfiguration } from '../../shared/configuration/field';
import { evaluationConfiguration, type EvaluationConfiguration } from '../../shared/configuration/run';
import {
  evaluationSteps,
  heldOutMeasureNames,
  type EvaluationResult,
  type HeldOutMeasureName,
  type PolicyAtStepResult,
} from '../../shared/evaluation';
import { StudioError } from '../../shared/errors';
import { gymnasiumSettingsSchema } from '../../shared/gymnasium';
import { createPolicy } from '../environments';
import type { OpenEnvironments } from '../environments/open';
import {
  interquartileMean,
  meanAndStandardError,
  protocolScore,
  stratifiedBootstrap,
} from '../learning/statistics';
import { selectEngine } from '../tensor/engines';
import type { Engine } from '../tensor/program';
import { openForRun } from './environment-source';
import { loadAgent, loadPolicies, type PolicyAtStep, type TrainedAgent } from './agent-runs';
import { HeldOutComparison } from './held-out-comparison';
import type { JobContext } from './job-context';
import { AgentPlayer, type PlayingTimes } from './play-agent';
import { playSideBySide, type Audience, type Stage } from './play-side-by-side';

const evaluationSchema = z.strictObject({
  environment: z.string(),
  gymnasium: gymnasiumSettingsSchema.optional(),
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
  const { environment: id, gymnasium, policies, agents, ...values } = description.configuration;
  const what = evaluationSchema.parse({ environment: id, gymnasium, policies, agents });
  const settings = parseConfiguration(evaluationConfiguration, values);
  const loaded = await Promise.all(what.agents.map((runId) => loadAgent(home, runId)));
  for (const agent of loaded) requireSameEnvironment(agent, what.environment);
  const options = { stickiness: settings.stickyPercent / 100 };
  const opened = await openForRun(context, what.environment, what.gymnasium, settings.episodes, options);
  try {
    const results = await playAll(context, opened.instances, what.policies, loaded, settings);
    return results && { results };
  } finally {
    opened.close();
  }
}

async function playAll(
  context: JobContext,
  environments: OpenEnvironments['instances'],
  policies: readonly string[],
  agents: readonly TrainedAgent[],
  { episodes, gradientSteps, threads, seed }: EvaluationConfiguration,
): Promise<EvaluationResult[] | undefined> {
  const { description, home } = context;
  const seeds = environments.map((_, index) => seed + index);
  const total = evaluationSteps({ episodes, gradientSteps }, policies.length, agents.length);
  let played = 0;
  const audience: Audience = {
    onEpisode: () => context.progress('Evaluating', ++played, total),
    isOver: () => context.stopRequested,
  };
  const results: EvaluationResult[] = [];
  context.progress('Evaluating', played, total);
  for (const policyId of policies) {
    const result = await playPolicy(environments, policyId, seeds, audience);
    if (!result) return undefined;
    results.push(result);
  }
  if (agents.length === 0) return results;
  const engine = await selectEngine(description.engine, { threads });
  const heldOut = await HeldOutComparison.create(context, engine, agents, gradientSteps);
  for (const agent of agents) {
    const policiesAtSteps = await loadPolicies(home, agent, gradientSteps, (reason) =>
      context.log('warning', reason),
    );
    const atSteps = await playAgent(engine, agent, policiesAtSteps, environments, seeds, audience, (times) =>
      context.log('information', describeTimes(agent, times)),
    );
    if (!atSteps) return undefined;
    const measures = await heldOut?.measure(agent, policiesAtSteps);
    const steps = atSteps.map((result, index) => ({ ...result, ...measures?.[index] }));
    results.push(resultOf(agent, steps, episodes));
    // It may have fewer checkpoints than were asked for.
    played = evaluationSteps({ episodes, gradientSteps }, policies.length, results.length - policies.length);
  }
  context.progress('Evaluating', total, total);
  return results;
}

function requireSameEnvironment(agent: TrainedAgent, environment: string): void {
  if (agent.environment === environment) return;
  throw new StudioError(
    `Agent ${agent.runId} was trained for ${agent.environment}, not ${environment}: evaluate it in its own environment.`,
  );
}

async function playPolicy(
  environments: OpenEnvironments['instances'],
  policyId: string,
  seeds: readonly number[],
  audience: Audience,
): Promise<EvaluationResult | undefined> {
  const policies = environments.map((environment) => createPolicy(environment, policyId));
  const act = async ({ step, playing }: Stage): Promise<(Action | undefined)[]> => {
    const actions = policies.map(async (policy, index) => {
      if (step === 0) await policy.begin(seeds[index]!);
      return playing[index] ? policy.act() : undefined;
    });
    return Promise.all(actions);
  };
  const played = await playSideBySide(environments, seeds, act, audience);
  if (!played) return undefined;
  const { returns } = played;
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

/** Undefined where it was called off. */
async function playAgent(
  engine: Engine,
  agent: TrainedAgent,
  policies: readonly PolicyAtStep[],
  environments: OpenEnvironments['instances'],
  seeds: readonly number[],
  audience: Audience,
  onPlayed: (times: PlayingTimes) => void,
): Promise<PolicyAtStepResult[] | undefined> {
  const player = await AgentPlayer.create(engine, agent, environments, seeds);
  const results: PolicyAtStepResult[] = [];
  for (const { step, parameters } of policies) {
    const returns = await player.play(parameters, audience);
    if (!returns) break;
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
