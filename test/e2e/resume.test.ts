import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStudio, studio, studioJson, temporaryHome, until } from './support';

interface Trained {
  run: string;
  folder: string;
}

const { home, remove } = temporaryHome();
const atHome = ['--home', home];
/** Short enough to be quick, long enough to be killed on the way. */
const steps = 200;
const interval = 20;
const training = [
  ...['--preset', 'nano', '--steps', String(steps), '--checkpoint-interval', String(interval), '--seed', '7'],
  ...['--engine', 'onnxruntime:cpu', ...atHome],
];
const worldModel = ['train', 'world-model', '--dataset', 'pursuit-expert', ...training];
let straight: Trained;

beforeAll(async () => {
  await studioJson('record', '--environment', 'pursuit', '--policy', 'expert', '--episodes', '6', ...atHome);
  straight = await studioJson<Trained>(...worldModel);
});
afterAll(remove);

/** Starts a training, kills its trainer with SIGKILL after the second checkpoint, and lets it go on to its end. */
async function killedAndResumed(commandLine: readonly string[]): Promise<Trained> {
  const before = new Set(readdirSync(join(home, 'runs')));
  const command = startStudio([...commandLine, '--json']);
  const run = await until('the run', () => readdirSync(join(home, 'runs')).find((id) => !before.has(id)));
  const folder = join(home, 'runs', run);
  await until('two checkpoints', () => {
    const found = existsSync(join(folder, 'checkpoints')) ? readdirSync(join(folder, 'checkpoints')) : [];
    return found.includes(`step-${String(2 * interval).padStart(9, '0')}`) ? true : undefined;
  });
  const { pid } = JSON.parse(readFileSync(join(folder, 'heartbeat.json'), 'utf8')) as { pid: number };
  expect(pid).not.toBe(command.process.pid);
  process.kill(pid, 'SIGKILL');
  const { code, stdout } = await command.done;
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 1, run, status: 'interrupted' });
  await studioJson('resume', run, ...atHome);
  expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toMatch(/Resumed from step \d+/);
  return { run, folder };
}

/** The bytes of everything that training changes, at the last step. */
function lastCheckpoint({ folder }: Trained): Record<string, Buffer> {
  const checkpoint = join(folder, 'checkpoints', `step-${String(steps).padStart(9, '0')}`);
  const names = readdirSync(checkpoint).filter((name) => name.endsWith('.safetensors'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(checkpoint, name))]));
}

/** What the last validation painted. */
const reconstruction = ({ folder }: Trained): Buffer =>
  readFileSync(join(folder, 'artifacts', 'reconstruction.safetensors'));

function metricRows({ folder }: Trained): object[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { time: _time, ...row } = JSON.parse(line) as { time: number };
    return row;
  });
}

function expectSame(resumed: Trained, uninterrupted: Trained): void {
  const expected = lastCheckpoint(uninterrupted);
  const actual = lastCheckpoint(resumed);
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  expect(Object.keys(expected)).toContain('parameters.safetensors');
  for (const [name, bytes] of Object.entries(expected)) {
    expect({ name, same: bytes.equals(actual[name]!) }).toEqual({ name, same: true });
  }
  expect(metricRows(resumed)).toEqual(metricRows(uninterrupted));
}

test('a world model whose trainer was killed and resumed is the same, bit for bit', async () => {
  const resumed = await killedAndResumed(worldModel);
  expectSame(resumed, straight);
  expect(reconstruction(resumed).equals(reconstruction(straight))).toBe(true);
});

test.each(['ditto', 'd-gail', 'd-bc'])('so is an agent of method %s', async (method) => {
  const agent = [
    ...['train', 'agent', '--method', method, '--dataset', 'pursuit-expert', '--world-model', straight.run],
    ...training,
  ];
  const uninterrupted = await studioJson<Trained>(...agent);
  expectSame(await killedAndResumed(agent), uninterrupted);
});

test('Ctrl-C pauses after a checkpoint and says how to go on', async () => {
  const command = startStudio([...worldModel, '--steps', '100000']);
  await until('progress', () => (command.stderr().includes('Training the world model') ? true : undefined));
  command.process.kill('SIGINT');
  const { code, stderr } = await command.done;
  expect(code).toBe(130);
  const [, run] = /resume (\S+)/.exec(stderr) ?? [];
  expect(stderr).toContain(`npm run studio -- resume ${run} --home ${home}`);
  const { state, checkpoints } = await studioJson<{
    state: { status: string; step: number };
    checkpoints: { step: number }[];
  }>('show', run!, ...atHome);
  expect(state.status).toBe('paused');
  expect(checkpoints.at(-1)!.step).toBe(state.step);
  expect(await studio('evaluate', run!, ...atHome)).toMatchObject({ code: 2 });
});
