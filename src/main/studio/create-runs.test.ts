import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { agentConfigurations, dittoConfiguration } from '../../shared/configuration/agent';
import { presets } from '../../shared/configuration/presets';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { worldModelConfiguration } from '../../shared/configuration/world-model';
import { runFolder, runsFolder } from '../trainer/home';
import { readDescription, readState } from '../trainer/run-folder';
import { createAgentRun } from './create-agent-run';
import { createEvaluation } from './create-evaluation';
import { createRecording } from './create-recording';
import { createWorldModelRun } from './create-world-model-run';
import { importDataset } from './datasets/import-datasets';
import { engine, fakeAgent, fakeWorldModel, recordDataset, temporaryStudio } from './testing/studio';

test('a setting comes from the user, else from the preset, else from the paper', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const settings = { learningRate: 0.5, seed: 9 };
  const run = await createWorldModelRun(registry, { dataset, preset: 'nano', settings, engine });
  const paper = worldModelConfiguration.parse({});
  const { training, ...configuration } = run.configuration;
  expect(configuration).toEqual({ ...paper, ...presets.nano.worldModel, learningRate: 0.5 });
  expect(training).toEqual({ ...trainingRunConfiguration.parse({}), ...presets.nano.run, seed: 9 });
  expect(run).toMatchObject({ kind: 'world-model', seed: 9, preset: 'nano', engine, parents: [] });
  const { contentHash } = registry.getDataset(dataset);
  expect(run.datasets).toEqual([{ role: 'world-model', id: dataset, contentHash }]);
  const folder = runFolder(registry.home, run.id);
  expect(readDescription(folder)).toEqual(run);
  expect(readState(folder)).toMatchObject({ status: 'queued', step: 0, totalSteps: 60 });
  expect(registry.getRun(run.id)).toMatchObject(run);
});

test('a DITTO run knows its world model and the checkpoint it was made from', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const worldModel = await fakeWorldModel(registry, dataset);
  const settings = { expertEpisodes: 1, validationEpisodes: 1, horizon: 3 };
  const run = await createAgentRun(registry, {
    ...{ method: 'ditto', dataset, worldModel: worldModel.id, preset: 'nano', settings, engine },
  });
  expect(run.parents).toEqual([{ role: 'world-model', runId: worldModel.id, checkpointStep: 60 }]);
  const { method, training: _, ...configuration } = run.configuration;
  expect(method).toBe('ditto');
  expect(configuration).toEqual({ ...dittoConfiguration.parse({}), ...presets.nano.ditto, ...settings });
});

test.each(['d-gail', 'd-bc'] as const)('so does a run of %s, with settings of its own', async (method) => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const worldModel = await fakeWorldModel(registry, dataset);
  const settings = { expertEpisodes: 1, validationEpisodes: 1, entropyWeight: 0.2 };
  const run = await createAgentRun(registry, {
    ...{ method, dataset, worldModel: worldModel.id, preset: 'nano', settings, engine },
  });
  expect(run.name).toBe(`${method === 'd-bc' ? 'D-BC' : 'D-GAIL'} in pursuit`);
  expect(run.parents).toEqual([{ role: 'world-model', runId: worldModel.id, checkpointStep: 60 }]);
  const { training: _, ...configuration } = run.configuration;
  const paper = agentConfigurations[method].parse({});
  expect(configuration).toEqual({ method, ...paper, ...presets.nano[method], ...settings });
});

test('an evaluation is of the environment of its agents, whose checkpoints it names', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 1);
  const worldModel = await fakeWorldModel(registry, dataset);
  const ditto = await fakeAgent(registry, 'ditto', dataset, worldModel.id);
  const bc = await fakeAgent(registry, 'bc', dataset);
  const run = await createEvaluation(registry, {
    ...{ policies: ['expert'], agents: [ditto.id, bc.id], settings: { episodes: 3 }, engine },
    ...{ dataset, worldModel: worldModel.id },
  });
  expect(run.configuration).toEqual({
    ...{
      environment: 'pursuit',
      policies: ['expert'],
      agents: [ditto.id, bc.id],
      episodes: 3,
      gradientSteps: 10,
      stickyPercent: 0,
      seed: 1_000_000,
      threads: 0,
    },
  });
  expect(run.parents).toEqual([
    { role: 'agent', runId: ditto.id, checkpointStep: 60 },
    { role: 'agent', runId: bc.id, checkpointStep: 60 },
    { role: 'world-model', runId: worldModel.id, checkpointStep: 60 },
  ]);
  // 3 episodes of the expert, and of each agent at 10 gradient steps.
  expect(readState(runFolder(registry.home, run.id)).totalSteps).toBe(3 * (1 + 2 * 10));
});

test('agents play with the stickiness of the data that they learned from, unless told otherwise', async () => {
  const registry = await temporaryStudio();
  const sticky = await recordDataset(registry, 'pursuit', 'random', 1, { id: 'sticky', stickiness: 0.1 });
  const free = await recordDataset(registry, 'pursuit', 'random', 1);
  const [one, other] = [await fakeAgent(registry, 'bc', sticky), await fakeAgent(registry, 'bc', free)];
  const stickyPercent = async (agents: readonly { id: string }[], settings = {}): Promise<unknown> => {
    const ids = agents.map(({ id }) => id);
    const run = await createEvaluation(registry, { policies: [], agents: ids, settings, engine });
    return run.configuration['stickyPercent'];
  };
  expect(await stickyPercent([one])).toBe(10);
  expect(await stickyPercent([one], { stickyPercent: 0 })).toBe(0);
  expect(await stickyPercent([other])).toBe(0);
  expect(await stickyPercent([one, other])).toBe(0);
});

test('an agent of an environment that is not here is compared, not played', async () => {
  const registry = await temporaryStudio();
  const fixture = join(import.meta.dirname, '../datasets/import/fixtures/replay-v3');
  const answers = { name: 'Imported', environment: 'elsewhere', policy: 'expert' };
  const { id } = await importDataset(registry, fixture, answers);
  const agent = await fakeAgent(registry, 'bc', id);
  const evaluation = { policies: [], agents: [agent.id], settings: {}, engine };
  await expect(createEvaluation(registry, evaluation)).rejects.toThrow(
    /does not have the environment "elsewhere", so nobody can play there: add it .* or compare/,
  );
});

test('recordings without a dataset each get a new one', async () => {
  const registry = await temporaryStudio();
  const request = {
    environment: 'pursuit',
    policy: 'weak',
    settings: { noisePercent: 20, stickyPercent: 10, episodes: 2 },
  };
  const first = await createRecording(registry, request);
  expect(first.configuration).toEqual({
    ...{ environment: 'pursuit', policy: 'weak', episodes: 2, noisePercent: 20, stickyPercent: 10, seed: 0 },
    ...{ datasetId: 'pursuit-weak-noise20-sticky10', datasetName: 'pursuit-weak-noise20-sticky10' },
  });
  await recordDataset(registry, 'pursuit', 'random', 1);
  const appended = await createRecording(registry, { ...request, dataset: 'pursuit' });
  expect(appended.configuration['datasetId']).toBe('pursuit');
});

test('what could not run is refused before it leaves a folder', async () => {
  const registry = await temporaryStudio();
  const pursuit = await recordDataset(registry, 'pursuit', 'random', 2);
  const balance = await recordDataset(registry, 'balance', 'random', 2);
  const untrained = await createWorldModelRun(registry, {
    dataset: pursuit,
    preset: 'nano',
    settings: {},
    engine,
  });
  const worldModel = (await fakeWorldModel(registry, pursuit)).id;
  const ditto = (await fakeAgent(registry, 'ditto', pursuit, worldModel)).id;
  const before = readdirSync(runsFolder(registry.home));
  const world = { dataset: pursuit, preset: 'nano', settings: {}, engine };
  const agent = { ...world, method: 'ditto', worldModel, settings: { expertEpisodes: 1 } };
  const evaluation = { policies: [], agents: [ditto], settings: {}, engine };
  const refusals: [() => Promise<unknown>, RegExp][] = [
    [() => createWorldModelRun(registry, { ...world, preset: 'huge' }), /no preset "huge"/],
    [() => createWorldModelRun(registry, { ...world, dataset: 'nope' }), /no dataset "nope"/],
    [() => createWorldModelRun(registry, { ...world, settings: { depth: 3 } }), /no setting "depth"/],
    [() => createWorldModelRun(registry, { ...world, settings: { steps: 0 } }), /steps cannot be 0/],
    [() => createWorldModelRun(registry, { ...world, engine: 'abacus' }), /no engine called abacus/],
    [() => createWorldModelRun(registry, { ...world, name: ' ' }), /A name has 1 to 200 characters/],
    [
      () =>
        createWorldModelRun(registry, { ...world, settings: { sampling: 'window', sequenceLength: 500 } }),
      /longest episode of dataset pursuit has \d+ steps, but windows of 500/,
    ],
    [() => createAgentRun(registry, { ...agent, method: 'gail' }), /no method "gail"/],
    ...(['ditto', 'd-gail', 'd-bc'] as const).map((method): [() => Promise<unknown>, RegExp] => [
      () => createAgentRun(registry, { ...agent, method, worldModel: undefined }),
      /name its run with --world-model/,
    ]),
    [
      () => createAgentRun(registry, { ...agent, settings: { discriminatorUnits: 8 } }),
      /no setting "discriminatorUnits"/,
    ],
    [() => createAgentRun(registry, { ...agent, worldModel: 'nope' }), /no run "nope"/],
    [() => createAgentRun(registry, { ...agent, worldModel: untrained.id }), /no sound checkpoint yet/],
    [() => createAgentRun(registry, { ...agent, worldModel: ditto }), /is of kind agent/],
    [() => createAgentRun(registry, { ...agent, dataset: balance }), /recorded in balance, but world model/],
    [
      () => createAgentRun(registry, { ...agent, settings: { expertEpisodes: 3 } }),
      /has 2 episodes, but 3 are/,
    ],
    [
      () => createAgentRun(registry, { ...agent, settings: { expertEpisodes: 1, horizon: 500 } }),
      /horizon is 500/,
    ],
    [() => createEvaluation(registry, { ...evaluation, agents: [] }), /Nothing to evaluate/],
    [
      () => createEvaluation(registry, { ...evaluation, environment: 'balance' }),
      /was trained for pursuit, not balance/,
    ],
    [() => createEvaluation(registry, { ...evaluation, policies: ['king'] }), /no policy "king"/],
    [() => createEvaluation(registry, { ...evaluation, worldModel }), /name both, or none/],
    [
      () => createRecording(registry, { environment: 'mars', policy: 'expert', settings: {} }),
      /no environment "mars"/,
    ],
    [
      () =>
        createRecording(registry, {
          environment: 'pursuit',
          policy: 'expert',
          dataset: 'balance',
          settings: {},
        }),
      /balance holds balance, not pursuit/,
    ],
  ];
  for (const [refusal, sentence] of refusals) {
    const error: unknown = await refusal().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StudioError);
    expect((error as StudioError).message).toMatch(sentence);
  }
  rmSync(runFolder(registry.home, worldModel), { recursive: true });
  await expect(createEvaluation(registry, evaluation)).rejects.toThrow(/whose run is gone/);
  expect(readdirSync(runsFolder(registry.home))).toEqual(before.filter((id) => id !== worldModel));
});
