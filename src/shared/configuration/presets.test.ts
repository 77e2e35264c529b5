import { expect, test } from 'vitest';
import { agentConfigurations, agentMethods } from './agent';
import { parseConfiguration } from './field';
import { agentPreset, presetNames, presets } from './presets';
import { trainingRunConfiguration } from './run';
import { worldModelConfiguration } from './world-model';

test.each(presetNames)('preset %s sets nothing that does not exist or is out of range', (name) => {
  const preset = presets[name];
  expect(parseConfiguration(worldModelConfiguration, preset.worldModel)).toMatchObject(preset.worldModel);
  expect(parseConfiguration(trainingRunConfiguration, preset.run)).toMatchObject(preset.run);
  for (const method of agentMethods) {
    const settings = agentPreset(preset, method);
    expect(parseConfiguration(agentConfigurations[method], settings)).toMatchObject(settings);
  }
});

test.each(presetNames)('preset %s gives all methods the same experts, and the same policy', (name) => {
  const compared = agentMethods.map((method) => {
    const configuration = agentConfigurations[method].parse(agentPreset(presets[name], method));
    const { expertEpisodes, validationEpisodes, hiddenLayers, hiddenUnits } = configuration;
    return { expertEpisodes, validationEpisodes, hiddenLayers, hiddenUnits };
  });
  expect(new Set(compared.map((settings) => JSON.stringify(settings))).size).toBe(1);
});
