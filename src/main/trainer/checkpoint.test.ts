import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import type { CheckpointContent } from './checkpoint';
import { checkpointFolder, latestCheckpoint, sweepCheckpoints, verifyCheckpoint } from './checkpoint-folders';
import { canMount, temporaryFolder, temporaryMebibyte } from './test-support';

function content(step: number): CheckpointContent {
  return {
    tensors: {
      parameters: { kernel: { shape: [2, 2], data: Float32Array.of(step, 1, 2, 3) } },
      optimizer: { 'moment/kernel': { shape: [2, 2], data: new Float32Array(4).fill(step) } },
    },
    state: { step, epoch: { order: [2, 0, 1] } },
  };
}

function steps(runFolder: string): string[] {
  return readdirSync(join(runFolder, 'checkpoints')).sort();
}

/** Flips one bit, which keeps the size. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
}

test('what is saved is loaded', async () => {
  const run = temporaryFolder();
  const folder = await saveCheckpoint(run, 60, content(60));
  expect(folder).toBe(join(run, 'checkpoints', 'step-000000060'));
  expect(await loadCheckpoint(folder)).toEqual({ step: 60, folder, ...content(60) });
  expect(await latestCheckpoint(run)).toEqual({ checkpoint: { folder, step: 60 }, damaged: [] });
});

test('the newest ones and the best one are kept', async () => {
  const run = temporaryFolder();
  const scores = [0.1, 0.9, 0.3, 0.2, 0.4, 0.5];
  for (const [i, score] of scores.entries())
    await saveCheckpoint(run, i + 1, content(i + 1), { keepNewest: 2, score });
  expect(steps(run)).toEqual(['step-000000002', 'step-000000005', 'step-000000006']);
});

test.each(['parameters.safetensors', 'state.json', 'manifest.json'])(
  'a checkpoint with a damaged %s is passed over and reported',
  async (name) => {
    const run = temporaryFolder();
    await saveCheckpoint(run, 1, content(1));
    const newest = await saveCheckpoint(run, 2, content(2));
    damage(join(newest, name));
    if (name === 'manifest.json') truncateSync(join(newest, name), 20);
    const found = await latestCheckpoint(run);
    expect(found.checkpoint?.step).toBe(1);
    expect(found.damaged).toHaveLength(1);
    expect(found.damaged[0]).toMatchObject({
      folder: newest,
      reason: expect.stringContaining(name) as unknown,
    });
    await expect(loadCheckpoint(newest)).rejects.toThrow(StudioError);
  },
);

test('a missing or an empty file is damage too', async () => {
  const run = temporaryFolder();
  const folder = await saveCheckpoint(run, 1, content(1));
  truncateSync(join(folder, 'optimizer.safetensors'), 0);
  await expect(verifyCheckpoint(folder)).rejects.toThrow(/optimizer\.safetensors has 0 bytes/);
  rmSync(join(folder, 'optimizer.safetensors'));
  await expect(verifyCheckpoint(folder)).rejects.toThrow(/optimizer\.safetensors has no bytes/);
});

test('damaged later checkpoints do not crowd out the sound one', async () => {
  const run = temporaryFolder();
  for (const step of [50, 60, 70, 80]) {
    const folder = await saveCheckpoint(run, step, content(step), { keepNewest: 3 });
    if (step > 50) damage(join(folder, 'parameters.safetensors'));
  }
  await saveCheckpoint(run, 40, content(40), { keepNewest: 1 });
  expect((await latestCheckpoint(run)).checkpoint?.step).toBe(40);
});

test('saving over a damaged checkpoint puts it aside; over a sound one leaves it', async () => {
  const run = temporaryFolder();
  const folder = await saveCheckpoint(run, 5, content(5));
  await saveCheckpoint(run, 5, content(6));
  expect((await loadCheckpoint(folder)).state).toEqual(content(5).state);
  damage(join(folder, 'state.json'));
  await saveCheckpoint(run, 5, content(6));
  expect((await loadCheckpoint(folder)).state).toEqual(content(6).state);
  expect(steps(run)).toEqual(['step-000000005', expect.stringMatching(/^step-000000005\.damaged-/)]);
});

test('a checkpoint under the name of another step is refused', async () => {
  const run = temporaryFolder();
  await saveCheckpoint(run, 5, content(5));
  execFileSync('cp', ['-r', checkpointFolder(run, 5), checkpointFolder(run, 9)]);
  expect(await latestCheckpoint(run)).toMatchObject({ checkpoint: { step: 5 }, damaged: [{}] });
});

test('a manifest cannot lead to a file elsewhere', async () => {
  const run = temporaryFolder();
  const folder = await saveCheckpoint(run, 5, content(5));
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  writeFileSync(join(folder, 'manifest.json'), manifest.replace('state.json', '../state.json'));
  await expect(loadCheckpoint(folder)).rejects.toThrow(/manifest\.json does not say what it should/);
});

test.skipIf(!canMount)(
  'a full disk (a small tmpfs, as root) is told before and found out while writing',
  async () => {
    const run = temporaryMebibyte();
    await saveCheckpoint(run, 1, content(1));
    const large = (bytes: number): CheckpointContent => ({
      tensors: { parameters: { kernel: { shape: [bytes], data: new Uint8Array(bytes) } } },
      state: {},
    });
    await expect(saveCheckpoint(run, 2, large(2 << 20))).rejects.toThrow(
      /^The disk is full: the checkpoint of step 2 needs 2\.3 MiB and [01]\.\d MiB are free/,
    );
    // Room for the check, but inodes for two files fewer than it takes.
    execFileSync('mount', ['-o', 'remount,size=1m,nr_inodes=9', run]);
    await expect(saveCheckpoint(run, 3, content(3))).rejects.toThrow(
      /^The disk filled up while the checkpoint of step 3/,
    );
    expect(steps(run)).toEqual(['step-000000001']);
    expect((await latestCheckpoint(run)).checkpoint?.step).toBe(1);
  },
);

test(
  'kill -9 while checkpoints are written never costs one that was saved',
  { timeout: 30_000 },
  async () => {
    const run = temporaryFolder();
    const scripts = temporaryFolder();
    // Runs the source as it stands: Node strips the types, the hook adds the extensions that the bundler would.
    const hooks = `import { registerHooks } from 'node:module';
registerHooks({
  resolve: (specifier, context, next) =>
    next(/^\\.\\.?\\//.test(specifier) && !/\\.\\w+$/.test(specifier) ? specifier + '.ts' : specifier, context),
});`;
    const source = pathToFileURL(join(import.meta.dirname, 'checkpoint.ts')).href;
    const loop = `import { saveCheckpoint } from ${JSON.stringify(source)};
const [run, start] = process.argv.slice(2);
for (let step = Number(start) + 1; ; step++) {
  const data = new Float32Array(200_000).fill(step);
  const tensors = { parameters: { a: { shape: [200_000], data } }, optimizer: { b: { shape: [200_000], data } } };
  await saveCheckpoint(run, step, { tensors, state: { step } }, { keepNewest: 2 });
  process.send(step);
}`;
    writeFileSync(join(scripts, 'hooks.mjs'), hooks);
    writeFileSync(join(scripts, 'loop.mjs'), loop);
    let saved = 0;
    let leftovers = 0;
    for (const delay of [0, 1, 2, 4, 7, 11, 16, 23, 31, 45]) {
      const child = fork(join(scripts, 'loop.mjs'), [run, String(saved)], {
        execArgv: ['--import', pathToFileURL(join(scripts, 'hooks.mjs')).href],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child.on('message', (message) => {
        if (typeof message === 'number') saved = message;
      });
      const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
      await once(child, 'message');
      await wait(delay);
      child.kill('SIGKILL');
      await gone;
      leftovers += steps(run).filter((name) => name.includes('.')).length;
      await sweepCheckpoints(run);
      const { checkpoint, damaged } = await latestCheckpoint(run);
      expect(damaged).toEqual([]);
      expect(checkpoint!.step).toBeGreaterThanOrEqual(saved);
      const { tensors, state } = await loadCheckpoint(checkpoint!.folder);
      expect(state).toEqual({ step: checkpoint!.step });
      for (const { data } of [tensors['parameters']!['a']!, tensors['optimizer']!['b']!]) {
        expect(data.every((value) => value === checkpoint!.step)).toBe(true);
      }
    }
    // Else the kills hit nothing and the test shows nothing.
    expect(saved).toBeGreaterThan(0);
    expect(leftovers).toBeGreaterThan(0);
  },
);
