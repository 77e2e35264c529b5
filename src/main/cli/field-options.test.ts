import { Command } from 'commander';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { agentConfigurations } from '../../shared/configuration/agent';
import { choice, flag, integer, real } from '../../shared/configuration/field';
import {
  evaluationConfiguration,
  recordingConfiguration,
  trainingRunConfiguration,
} from '../../shared/configuration/run';
import { worldModelConfiguration } from '../../shared/configuration/world-model';
import { StudioError } from '../../shared/errors';
import { addFieldOptions, flagName, givenSettings } from './field-options';

const schema = z.object({
  batchSize: integer(8, {
    minimum: 1,
    maximum: 64,
    symbol: 'B',
    unit: 'frames',
    description: 'Frames.',
    source: 'paper',
  }),
  learningRate: real(0.1, { minimum: 0, maximum: 1, description: 'Step size.', source: 'code' }),
  sampling: choice(['stream', 'window'], 'stream', { description: 'Order.', source: 'code' }),
  normalize: flag(false, { description: 'Scales.', source: 'code' }),
});

function parse(...commandLine: string[]): Record<string, unknown> {
  const command = new Command().exitOverride();
  addFieldOptions(command, 'Settings:', schema);
  command.parse(commandLine, { from: 'user' });
  return givenSettings(schema, command.opts());
}

test('only what was given becomes a setting, as a value of its kind', () => {
  expect(parse()).toEqual({});
  expect(
    parse('--batch-size', '4', '--learning-rate=1e-3', '--sampling', 'window', '--normalize', 'true'),
  ).toEqual({
    ...{ batchSize: 4, learningRate: 0.001, sampling: 'window', normalize: true },
  });
});

test.each([
  ['--batch-size', '0', 'a whole number from 1 to 64 (frames)'],
  ['--batch-size', '65', 'a whole number from 1 to 64 (frames)'],
  ['--batch-size', '1.5', 'a whole number from 1 to 64 (frames)'],
  ['--batch-size', '', 'a whole number from 1 to 64 (frames)'],
  ['--learning-rate', 'fast', 'a number from 0 to 1'],
  ['--learning-rate', 'NaN', 'a number from 0 to 1'],
  ['--sampling', 'ring', 'one of stream, window'],
  ['--normalize', 'yes', 'true or false'],
])('%s "%s" is refused in words', (flagText, value, allowed) => {
  const refused = (): unknown => parse(flagText, value);
  expect(refused).toThrow(StudioError);
  expect(refused).toThrow(`${flagText} cannot be "${value}": it must be ${allowed}.`);
});

test('the help tells sentence, symbol, range, default and source; a preset counts as default', () => {
  const command = new Command().configureHelp({ helpWidth: 200 });
  addFieldOptions(command, 'Settings:', schema, { name: 'tiny', values: { batchSize: 2 } });
  const help = command.helpInformation();
  expect(help).toContain('Settings:');
  expect(help).toContain('--batch-size <frames>');
  expect(help).toContain('Frames. [B; 1 to 64; default 2 by preset tiny, else 8; source: paper]');
  expect(help).toContain('Step size. [0 to 1; default 0.1; source: code]');
  expect(help).toContain('Scales. [default false; source: code]');
});

test('no two settings of one command share a flag', () => {
  const together = [
    [worldModelConfiguration, trainingRunConfiguration],
    ...Object.values(agentConfigurations).map((schema) => [schema, trainingRunConfiguration]),
    [recordingConfiguration],
    [evaluationConfiguration],
  ];
  const ofCommands = [
    'home',
    'json',
    'preset',
    'name',
    'engine',
    'dataset',
    'world-model',
    'method',
    'policies',
    'policy',
  ];
  for (const schemas of together) {
    const flags = [...schemas.flatMap(({ shape }) => Object.keys(shape).map(flagName)), ...ofCommands];
    expect(new Set(flags).size).toBe(flags.length);
  }
});
