import { agentConfigurations, methodTitles, type AgentMethod } from '../../shared/configuration/agent';
import { agentPreset, presets, type PresetName } from '../../shared/configuration/presets';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { worldModelConfiguration } from '../../shared/configuration/world-model';
import type { SettingsGroup } from './settings-form';

/** Each method in one sentence, for whoever has to choose one. */
export const methodSentences: Readonly<Record<AgentMethod, string>> = {
  ditto:
    "Practises in the world model's dreams and is rewarded for latents like the expert's: the paper's method.",
  'd-gail':
    "Practises in dreams too, rewarded by a discriminator that learns to tell its latents from the expert's.",
  'd-bc': "Clones the expert's actions from the world model's latents; dreams nothing.",
  bc: "Clones the expert's actions from single frames, without a world model: the baseline.",
};

/** Settings that are shown at once; the others wait under "All settings". */
export const importantSettings = {
  'world-model': ['steps', 'batchSize', 'sequenceLength', 'klWeight', 'learningRate'],
  ditto: ['expertEpisodes', 'steps', 'horizon', 'batchSize', 'rewardMeasure'],
  'd-gail': ['expertEpisodes', 'steps', 'horizon', 'batchSize', 'gradientPenalty'],
  'd-bc': ['expertEpisodes', 'steps', 'batchSize', 'entropyWeight'],
  bc: ['expertEpisodes', 'steps', 'batchSize'],
} as const satisfies Record<'world-model' | AgentMethod, readonly string[]>;

export function worldModelGroups(preset: PresetName): SettingsGroup[] {
  const { worldModel, run } = presets[preset];
  return [
    { schema: worldModelConfiguration, preset: worldModel },
    { schema: trainingRunConfiguration, preset: run },
  ];
}

export function agentGroups(preset: PresetName, method: AgentMethod): SettingsGroup[] {
  return [
    { schema: agentConfigurations[method], preset: agentPreset(presets[preset], method) },
    { schema: trainingRunConfiguration, preset: presets[preset].run },
  ];
}

export const agentName = (method: AgentMethod, environment: string): string =>
  `${methodTitles[method]} in ${environment}`;
