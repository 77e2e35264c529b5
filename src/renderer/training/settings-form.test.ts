import { expect, test } from 'vitest';
import { presets } from '../../shared/configuration/presets';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { worldModelConfiguration } from '../../shared/configuration/world-model';
import {
  changedSettings,
  fittingExpertEpisodes,
  parseSeeds,
  readSettings,
  searchSettings,
  typedFrom,
  type Setting,
  type SettingsGroup,
} from './settings-form';

const groups: SettingsGroup[] = [
  { schema: worldModelConfiguration, preset: presets.nano.worldModel },
  { schema: trainingRunConfiguration, preset: presets.nano.run },
];

function find(settings: readonly Setting[], name: string): Setting {
  return settings.find(({ field }) => field.name === name)!;
}

test("nothing typed, every setting is its preset's, or the paper's where the preset leaves it", () => {
  const settings = readSettings(groups, {});
  expect(find(settings, 'batchSize')).toMatchObject({ text: '4', value: 4, changed: false });
  expect(find(settings, 'klWeight')).toMatchObject({ text: '0.1', value: 0.1, changed: false });
  expect(find(settings, 'logInterval')).toMatchObject({ value: 1, changed: false });
  expect(changedSettings(settings)).toEqual({});
});

test('what is typed is checked as the studio checks it', () => {
  const typed = { batchSize: '0', steps: '1.5', klWeight: 'much', sampling: 'window', learningRate: '1e-3' };
  const settings = readSettings(groups, typed);
  expect(find(settings, 'batchSize').error).toBe(
    'Batch size cannot be 0: it must be a whole number from 1 to 4096.',
  );
  expect(find(settings, 'steps').error).toMatch(/^Steps cannot be 1.5: .* whole number/);
  expect(find(settings, 'klWeight').error).toBe(
    'KL weight cannot be "much": it must be a number from 0 to 100.',
  );
  expect(find(settings, 'sampling')).toMatchObject({ value: 'window', changed: true });
  // As the preset has it, however it is written.
  expect(find(settings, 'learningRate')).toMatchObject({ value: 0.001, changed: false });
  expect(changedSettings(settings)).toEqual({ sampling: 'window' });
});

test('an empty number is wrong, not zero', () => {
  expect(find(readSettings(groups, { klWeight: ' ' }), 'klWeight').error).toMatch(/^KL weight cannot be " "/);
});

test("a run's settings come back as what was changed", () => {
  const training = { ...trainingRunConfiguration.parse({}), ...presets.nano.run, seed: 4 };
  const configuration = {
    ...worldModelConfiguration.parse(presets.nano.worldModel),
    ...{ batchSize: 7, sampling: 'window', training },
  };
  const typed = typedFrom(groups, configuration);
  expect(typed).toEqual({ batchSize: '7', sampling: 'window', seed: '4' });
  expect(changedSettings(readSettings(groups, typed))).toEqual({ batchSize: 7, sampling: 'window', seed: 4 });
});

test('settings are found by name, symbol and meaning', () => {
  const found = (search: string): string[] =>
    searchSettings(readSettings(groups, {}), search).map(({ field }) => field.name);
  expect(found('batch size')).toEqual(['batchSize']);
  expect(found('β')).toEqual(['klWeight']);
  expect(found('held out')).toEqual(expect.arrayContaining(['validationShare']));
  expect(found('')).toHaveLength(readSettings(groups, {}).length);
  expect(found('no such thing')).toEqual([]);
});

test('several seeds are read, each once', () => {
  expect(parseSeeds('0, 1 2;1')).toEqual({ seeds: [0, 1, 2] });
  expect(parseSeeds(' ').error).toMatch(/one seed/);
  expect(parseSeeds('1, -2').error).toMatch(/^Seed cannot be -2/);
  expect(parseSeeds('one').error).toMatch(/^Seed cannot be "one"/);
});

test('few episodes are shared between learning and measuring', () => {
  expect(fittingExpertEpisodes(8, 12)).toBeUndefined();
  expect(fittingExpertEpisodes(8, 6)).toBe(4);
  expect(fittingExpertEpisodes(8, 1)).toBe(1);
});
