import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EnvironmentSpecification } from '../../src/shared/environment';
import type { EvaluationResult } from '../../src/shared/evaluation';
import type { GymnasiumStatus } from '../../src/shared/gymnasium';
import type { DatasetRecord, RunRecord } from '../../src/shared/runs';
import { Dataset } from '../../src/main/datasets/dataset';
import { datasetFolder } from '../../src/main/trainer/home';
import { seriousProblems } from './accessibility';
import { inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { startStudio, studio, studioJson, temporaryHome } from './support';

const atari = 'BreakoutNoFrameskip-v4';
const pole = 'CartPole-v1';

/** What this machine lacks to set up Gymnasium: a Python that makes others, or the way to its packages. */
function missingForSetUp(): string | undefined {
  if (process.env['DITTO_PYTHON']) return 'DITTO_PYTHON names another Python';
  const asks = (...words: string[]): boolean => spawnSync('python3', words).status === 0;
  if (!asks('-c', 'import venv, ensurepip')) return 'python3 with venv is missing';
  const folder = mkdtempSync(join(tmpdir(), 'ditto-e2e-pip-'));
  try {
    const small = ['download', '--no-deps', '--dest', folder, 'farama-notifications'];
    return asks('-m', 'pip', ...small) ? undefined : 'PyPI cannot be reached';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const missing = missingForSetUp();
const { home, remove } = temporaryHome();
afterAll(remove);
beforeEach(({ skip }) => {
  if (missing !== undefined) skip(missing);
});

const add = (id: string, ...flags: string[]): Promise<EnvironmentSpecification> =>
  studioJson('environments', 'add', id, '--home', home, ...flags);
const record = async (environment: string, ...flags: string[]): Promise<DatasetRecord> => {
  const command = ['record', '--environment', environment, '--policy', 'random', '--home', home];
  return (await studioJson<{ dataset: DatasetRecord }>(...command, ...flags)).dataset;
};
const refused = async (...commandLine: string[]): Promise<string> => {
  const { code, stderr } = await studio(...commandLine, '--home', home);
  expect(code).toBe(2);
  return stderr;
};

describe('Gymnasium', () => {
  test('is set up in a Python of the studio’s own', async () => {
    const status = await studioJson<GymnasiumStatus>('environments', 'setup', '--home', home);
    expect(status).toMatchObject({ isOwn: true, reason: null, versions: { gymnasium: '1.4.0' } });
    expect(status.ids).toContain(atari);
  });

  test('its environments are added, or refused with the reason', async () => {
    expect(await add(atari)).toMatchObject({
      observationShape: [64, 64, 1],
      actions: ['noop', 'fire', 'right', 'left'],
      keyboard: { Space: 1, ArrowRight: 2, ArrowLeft: 3 },
      maximumSteps: 27_000,
    });
    expect(await add(pole, '--channels', '1')).toMatchObject({ maximumSteps: 500, idleAction: 0 });
    expect(await add('Pendulum-v1', '--maximum-steps', '30')).toMatchObject({
      ...{ observationShape: [64, 64, 3], actionKind: 'continuous', maximumSteps: 30 },
    });
    expect(await refused('environments', 'add', 'Nothing-v0')).toMatch(
      /cannot make Nothing-v0: NameNotFound/,
    );
    expect(await refused('environments', 'add', 'breakout')).toMatch(/built in/);
    const known = await studioJson<EnvironmentSpecification[]>('environments', 'list', '--home', home);
    expect(known.slice(-3).map(({ id }) => id)).toEqual([atari, pole, 'Pendulum-v1']);
  });

  test('equal seeds record equal episodes, and sticky actions other ones', async () => {
    const [one, same, sticky] = [
      await record(atari, '--episodes', '2', '--dataset', 'one'),
      await record(atari, '--episodes', '2', '--dataset', 'same'),
      await record(atari, '--episodes', '2', '--dataset', 'sticky', '--sticky-percent', '50'),
    ];
    const hashes = [one, same, sticky].map(({ contentHash }) => contentHash);
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
    const dataset = await Dataset.open(datasetFolder(home, 'one'));
    const { observations } = await dataset.episode(0);
    const first = observations.subarray(0, 64 * 64);
    // The walls, the bricks and the ball that the fire button brought into play.
    expect(first.some((value) => value > 100)).toBe(true);
    expect(first.some((value) => value === 0)).toBe(true);
    expect(observations.subarray(-64 * 64)).not.toEqual(first);
  });

  test('the expert that others trained plays as it was seen to, the same each time', async () => {
    const evaluate = ['evaluate', '--environment', atari, '--policies', 'expert,random', '--episodes', '3'];
    const play = () => studioJson<{ results: EvaluationResult[] }>(...evaluate, '--home', home);
    const [{ results }, again] = [await play(), await play()];
    expect(again.results).toEqual(results);
    const [expert, random] = results.map(({ mean }) => mean);
    // In hundreds of episodes it broke 100 bricks on average, random actions 1.
    expect(expert).toBeGreaterThan(30);
    expect(random).toBeLessThan(8);
  });

  test('vectors of actions arrive between the environment’s own bounds', async () => {
    await record('Pendulum-v1', '--episodes', '2', '--dataset', 'pendulum');
    const dataset = await Dataset.open(datasetFolder(home, 'pendulum'));
    expect(dataset.metadata).toMatchObject({ actionKind: 'continuous', observationShape: [64, 64, 3] });
    expect(dataset.episodes.map(({ length }) => length)).toEqual([30, 30]);
    const { actions, rewards } = await dataset.episode(0);
    expect(Math.max(...actions)).toBeGreaterThan(0.5);
    expect(Math.min(...actions)).toBeLessThan(-0.5);
    // The reward holds the torque squared, of up to 2 Nm, and the angle's part: never above 0.
    expect(Math.max(...rewards)).toBeLessThanOrEqual(0);
    expect(Math.min(...rewards)).toBeGreaterThan(-16.3);
  });

  test('a Python that is killed costs no episode: the run goes on as if it never was', async () => {
    const command = ['record', '--environment', 'Pendulum-v1', '--policy', 'random', '--home', home];
    const episodes = ['--episodes', '40'];
    const { done, stderr } = startStudio([...command, ...episodes, '--dataset', 'killed']);
    while (!/ [1-9]\d*\/40/.test(stderr())) await new Promise((resolve) => setTimeout(resolve, 20));
    spawnSync('pkill', ['-KILL', '-f', join(home, 'python', 'bin')]);
    expect(await done).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/ended \(SIGKILL\)/) as string,
    });
    const [run] = await studioJson<RunRecord[]>('runs', '--home', home);
    expect(run!.state.status).toBe('failed');
    await studioJson('resume', run!.id, '--home', home);
    const whole = await record('Pendulum-v1', ...episodes, '--dataset', 'whole');
    const datasets = await studioJson<DatasetRecord[]>('datasets', '--home', home);
    expect(datasets.find(({ id }) => id === 'killed')?.contentHash).toBe(whole.contentHash);
  });

  test('an agent is trained there and evaluated beside random actions', async () => {
    await record(pole, '--episodes', '8', '--dataset', 'pole');
    const train = [
      'train',
      'agent',
      '--method',
      'bc',
      '--dataset',
      'pole',
      '--preset',
      'nano',
      '--steps',
      '20',
    ];
    const { run } = await studioJson<{ run: string }>(...train, '--home', home);
    const evaluate = ['evaluate', run, '--policies', 'random', '--episodes', '6', '--gradient-steps', '1'];
    const evaluation = await studioJson<{ run: string; results: EvaluationResult[] }>(
      ...evaluate,
      '--home',
      home,
    );
    for (const { returns } of evaluation.results) {
      expect(returns).toHaveLength(6);
      expect(Math.min(...returns)).toBeGreaterThan(5);
    }
    const again = await studioJson<{ results: EvaluationResult[] }>(...evaluate, '--home', home);
    expect(again.results.map(({ returns }) => returns)).toEqual(
      evaluation.results.map(({ returns }) => returns),
    );
    const runs = await studioJson<RunRecord[]>('runs', '--home', home);
    expect(runs.find(({ id }) => id === evaluation.run)?.configuration).toMatchObject({
      gymnasium: { channels: 1, maximumSteps: 500, versions: { gymnasium: '1.4.0' } },
    });

    await add(pole, '--channels', '3');
    expect(await refused(...evaluate)).toMatch(/learned from grey pictures .* has colour pictures/);
    await studioJson('environments', 'remove', pole, '--home', home);
    expect(await refused(...evaluate)).toMatch(/does not have the environment "CartPole-v1".*add it/);
  });
});

inBrowser('the pages', () => {
  let opened: BrowserStudio;
  beforeAll(async () => {
    if (missing === undefined) opened = await startBrowserStudio();
  });
  afterAll(() => opened?.close());

  test('set Gymnasium up, add an environment, show it at play and record it', async () => {
    const { page, go } = opened;
    await go('/record');
    await page.getByRole('button', { name: 'From Gymnasium…' }).click();
    await page.getByRole('button', { name: 'Set up Gymnasium' }).click();
    const id = page.getByLabel('Id in Gymnasium');
    await id.waitFor({ timeout: 240_000 });
    expect(await seriousProblems(page)).toEqual([]);
    await id.fill('Nothing-v0');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(/cannot make Nothing-v0/).waitFor();
    await page.getByRole('button', { name: 'Breakout', exact: true }).click();
    expect(await id.inputValue()).toBe(atari);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('img', { name: `Live preview of expert in ${atari}` }).waitFor();
    await page.getByText(/^Live: episode 1 of seed 0, step [1-9]/).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByLabel('Episodes', { exact: true }).fill('1');
    await page.getByRole('button', { name: 'Record 1 episode' }).click();
    await page.getByRole('link', { name: 'Look at the dataset' }).click();
    await page.getByRole('heading', { level: 1, name: `${atari} expert` }).waitFor();
  });

  test('let a person play it with the keyboard', async () => {
    const { page, go } = opened;
    await go(`/record?by=person&environment=${atari}`);
    await page.getByRole('application').focus();
    await page.getByText('a key of the game to begin').waitFor();
    await page.keyboard.down('ArrowLeft');
    await page.getByText(/^Step ([5-9]|\d\d) of 27/).waitFor();
    await page.keyboard.up('ArrowLeft');
    await page.keyboard.press('Escape');
    await page.getByText(/^Return .* in \d+ steps?\./).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 kept, 0 discarded').waitFor();
  });

  test('take it off the list again', async () => {
    const { page, go, problems } = opened;
    await go(`/record?environment=${atari}`);
    await page.getByRole('button', { name: 'Take it off the list' }).click();
    await page.getByText(atari, { exact: true }).waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });
});
