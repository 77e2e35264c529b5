import { availableParallelism } from 'node:os';
import type { EnvironmentSpecification } from '../../../shared/environment';
import { agentConfigurations } from '../../../shared/configuration/agent';
import { parseConfiguration } from '../../../shared/configuration/field';
import { agentPreset, findPreset } from '../../../shared/configuration/presets';
import { evaluationConfiguration } from '../../../shared/configuration/run';
import { worldModelConfiguration } from '../../../shared/configuration/world-model';
import { parseExperiment, type Experiment } from '../../../shared/experiment';
import { StudioError } from '../../../shared/errors';
import { environmentSpecifications, requireEnvironment, requirePolicy } from '../../environments';
import { trainingConfiguration } from '../settings';
import { agentSettings, planExperiment } from './plan';

/** More runs than anybody means to make. */
const mostRuns = 10_000;

/**
 * An experiment all of whose settings, environments and policies exist: a mistake should show now, and not hours later.
 * Throws StudioError. @param source names it in the error
 * @param known the environments that there are
 */
export function readExperiment(
  value: unknown,
  source: string,
  known: readonly EnvironmentSpecification[] = environmentSpecifications,
): Experiment {
  const experiment = parseExperiment(value, source);
  try {
    check(experiment, known);
  } catch (error) {
    if (error instanceof StudioError) throw new StudioError(`${source}: ${error.message}`, { cause: error });
    throw error;
  }
  return experiment;
}

function check(experiment: Experiment, known: readonly EnvironmentSpecification[]): void {
  const { environments, methods, expertEpisodes, evaluation, settings } = experiment;
  for (const { id, expert, worldModelData } of environments) {
    const environment = requireEnvironment(known, id);
    const recordings = Object.values(worldModelData).flat();
    for (const { policy } of [expert, ...recordings]) requirePolicy(environment, policy);
    const most = Math.max(...expertEpisodes);
    if (expert.episodes < most) {
      throw new StudioError(
        `Agents are to learn from ${most} episodes of ${id}, but only ${expert.episodes} are recorded: record more.`,
      );
    }
  }
  const preset = findPreset(experiment.preset);
  const worldModel = { method: preset.worldModel, run: preset.run };
  trainingConfiguration(worldModelConfiguration, worldModel, {
    ...settings.training,
    ...settings['world-model'],
  });
  for (const method of methods) {
    const cell = { method, expertEpisodes: expertEpisodes[0]!, horizon: null, reward: null, seed: 0 };
    trainingConfiguration(
      agentConfigurations[method],
      { method: agentPreset(preset, method), run: preset.run },
      agentSettings(experiment, cell),
    );
  }
  const { episodes, gradientSteps } = evaluation;
  parseConfiguration(evaluationConfiguration, { episodes, gradientSteps });
  const { steps } = planExperiment(experiment);
  if (steps.length > mostRuns) {
    throw new StudioError(
      `The experiment has ${steps.length} runs: make it one of at most ${mostRuns}, or several of them.`,
    );
  }
}

/** Runs at once: as many as the cores can take if the experiment says how many threads each may have, else one. */
export function simultaneousRuns({ settings }: Experiment): number {
  const { threads } = settings.training;
  const each = Number(threads ?? 0);
  return each > 0 ? Math.max(1, Math.floor(availableParallelism() / each)) : 1;
}
