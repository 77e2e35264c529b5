import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Registry } from '../registry/registry';
import { saveCheckpoint } from '../trainer/checkpoint';
import { runFolder } from '../trainer/home';
import { readState } from '../trainer/run-folder';
import { exampleRun, temporaryFolder } from '../trainer/test-support';
import { createRun, runJob } from './supervisor';
import type { JobEvent, JobOptions } from './supervisor';

/** What every little trainer below starts with. */
const prelude = `
import { appendFileSync } from 'node:fs';
const folder = process.argv[2];
const send = (message) => new Promise((resolve) => process.send(message, resolve));
const progress = (step) => send({ type: 'progress', phase: 'Training', step, totalSteps: 60 });
const stayAlive = () => setInterval(() => {}, 1000);
`;

async function studio(trainer: string) {
  const home = temporaryFolder();
  const registry = await Registry.open(home);
  onTestFinished(() => registry.close());
  const { id } = createRun(home, registry, exampleRun, 60);
  const folder = runFolder(home, id);
  const trainerEntry = join(home, 'trainer.mjs');
  writeFileSync(trainerEntry, prelude + trainer);
  const events: JobEvent[] = [];
  /** Starts the run; `react` sees every event. */
  async function start(options: JobOptions = {}) {
    const onEvent = (event: JobEvent): void => {
      events.push(event);
      options.onEvent?.(event);
    };
    return runJob(home, registry, id, { trainerEntry, ...options, onEvent });
  }
  return { home, registry, id, folder, events, start };
}

test('a run that does everything is finished, with its results, metrics and log', async () => {
  const { registry, id, folder, events, start } = await studio(`
    await progress(1);
    const rows = [1, 2, 3].map((step) => JSON.stringify({ step, time: 0, loss: 1 / step }) + '\\n').join('');
    appendFileSync(folder + '/metrics.jsonl', rows);
    await send({ type: 'metrics', flushedBytes: rows.length });
    await send({ type: 'log', level: 'warning', text: 'one episode was skipped' });
    console.log('printed by the trainer');
    await progress(60);
    await send({ type: 'result', summary: { return: 487.5 } });
    process.exit(0);
  `);
  const job = await start();
  const state = await job.done;
  expect(state).toMatchObject({ status: 'finished', step: 60, totalSteps: 60, summary: { return: 487.5 } });
  expect(registry.getRun(id).state).toEqual(state);
  expect(readState(folder)).toEqual(state);
  expect(registry.metricSeries(id, 'loss')).toHaveLength(3);
  const log = readFileSync(join(folder, 'log.txt'), 'utf8');
  expect(log).toContain('warning: one episode was skipped');
  expect(log).toContain('printed by the trainer');
  expect(events.map(({ type }) => type)).toEqual([
    'started',
    'progress',
    'metrics',
    'log',
    'progress',
    'result',
    'ended',
  ]);
  await expect(start()).rejects.toThrow(/is finished: start a new run/);
});

test('a run whose engine gives up is interrupted, with advice, and can be resumed', async () => {
  const { start, folder } = await studio(`
    await progress(30);
    await send({ type: 'failed', message: 'The engine onnxruntime:cuda ran out of memory in ditto. Close something.' });
    process.exit(4);
  `);
  await saveCheckpoint(folder, 20, { tensors: {}, state: {} });
  const state = await (await start()).done;
  expect(state.status).toBe('interrupted');
  expect(state.message).toBe(
    'The engine onnxruntime:cuda ran out of memory in ditto. Close something. The run ended at step 30: ' +
      'resume the run to continue from the checkpoint of step 20.',
  );
});

test('a failure is told in the words of the trainer', async () => {
  const { registry, id, start } = await studio(`
    await send({ type: 'failed', message: 'The dataset balance-1 is missing: record it again.' });
    process.exit(2);
  `);
  const state = await (await start()).done;
  expect(state).toMatchObject({
    status: 'failed',
    message: 'The dataset balance-1 is missing: record it again.',
  });
  expect(registry.getRun(id).state).toEqual(state);
});

test('a failure that could not be sent is read from error.json, and is forgotten by the next start', async () => {
  const { start } = await studio(`
    import { existsSync, writeFileSync } from 'node:fs';
    if (!existsSync(folder + '/again')) writeFileSync(folder + '/error.json', '{"message":"The disk is full."}');
    writeFileSync(folder + '/again', '');
    process.exit(2);
  `);
  expect(await (await start()).done).toMatchObject({ status: 'failed', message: 'The disk is full.' });
  expect((await (await start()).done).message).toMatch(/did not say why/);
});

test('a pause ends in a checkpoint, and the run can be resumed to its end', async () => {
  const { folder, events, start } = await studio(`
    process.on('message', async ({ type }) => {
      if (type !== 'pause') return;
      await send({ type: 'checkpoint', step: 30 });
      process.exit(3);
    });
    const { existsSync, writeFileSync } = await import('node:fs');
    if (existsSync(folder + '/again')) {
      await send({ type: 'result', summary: {} });
      process.exit(0);
    }
    writeFileSync(folder + '/again', '');
    await progress(29);
    stayAlive();
  `);
  const job = await start({
    onEvent: (event) => {
      if (event.type === 'progress' && event.step === 29) queueMicrotask(() => job.pause());
    },
  });
  expect(await job.done).toMatchObject({
    status: 'paused',
    step: 30,
    message: 'Paused at step 30: resume the run to continue.',
  });
  expect(readState(folder).status).toBe('paused');
  expect(await (await start()).done).toMatchObject({ status: 'finished', step: 30 });
  expect(events.filter(({ type }) => type === 'ended')).toHaveLength(2);
});

test('kill -9 leaves the run interrupted, and it can be resumed', async () => {
  const { registry, id, folder, start } = await studio(`
    const { existsSync, writeFileSync } = await import('node:fs');
    if (existsSync(folder + '/again')) {
      await send({ type: 'result', summary: {} });
      process.exit(0);
    }
    writeFileSync(folder + '/again', '');
    await progress(34);
    stayAlive();
  `);
  await saveCheckpoint(folder, 30, { tensors: {}, state: {} });
  let pid = 0;
  const job = await start({
    onEvent: (event) => {
      if (event.type === 'started') pid = event.pid;
      if (event.type === 'progress') process.kill(pid, 'SIGKILL');
    },
  });
  expect(await job.done).toMatchObject({ status: 'interrupted', step: 34 });
  const { message } = readState(folder);
  expect(message).toMatch(/^The trainer was killed at step 34.*continue from the checkpoint of step 30\.$/);
  expect(registry.listCheckpoints(id).map(({ step }) => step)).toEqual([30]);
  expect(await (await start()).done).toMatchObject({ status: 'finished' });
});

test('a crash is interrupted, with its trace in the log', async () => {
  const { folder, start } = await studio(`await progress(5); throw new Error('unforeseen');`);
  expect(await (await start()).done).toMatchObject({ status: 'interrupted', step: 5 });
  expect(readState(folder).message).toMatch(
    /^The trainer crashed at step 5 \(exit code 1, details in log\.txt\)/,
  );
  expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toContain('unforeseen');
});

test('an end without a result is not a finish', async () => {
  const { start } = await studio(`await progress(60);process.disconnect();`);
  const state = await (await start()).done;
  expect(state.status).toBe('interrupted');
  expect(state.message).toMatch(
    /^The trainer ended at step 60 without a result; there was no checkpoint yet/,
  );
});

test('an abort asks for a checkpoint; a trainer that does not listen is killed in the end', async () => {
  const polite = await studio(
    `process.on('message', ({ type }) => process.exit(type === 'stop' ? 3 : 1)); await progress(7);`,
  );
  const controller = new AbortController();
  const job = await polite.start({
    signal: controller.signal,
    onEvent: ({ type }) => type === 'progress' && controller.abort(),
  });
  expect((await job.done).message).toMatch(/^The run was stopped at step 7/);
  const deaf = await studio(`await progress(8); stayAlive();`);
  const stopped = await deaf.start({ signal: AbortSignal.abort(), stopMilliseconds: 500 });
  expect(await stopped.done).toMatchObject({ status: 'interrupted' });
});

test('a kill ends a trainer that would rather go on, and the run can be resumed', async () => {
  const { folder, start } = await studio(`await progress(9); stayAlive();`);
  const job = await start({
    onEvent: (event) => {
      if (event.type === 'progress') queueMicrotask(() => job.kill());
    },
  });
  expect(await job.done).toMatchObject({ status: 'interrupted', step: 9 });
  expect(readState(folder).message).toMatch(/^The run was stopped at step 9.*resume the run/);
});

test('a run that runs already is not started twice', async () => {
  const { start } = await studio(`process.on('message', () => process.exit(3)); await progress(1);`);
  const job = await start();
  await expect(start()).rejects.toThrow(/is running already, as process \d+/);
  job.pause();
  expect((await job.done).status).toBe('paused');
});

test('a trainer whose heart is silent is reported, not killed', async () => {
  const { start } = await studio(`process.on('message', () => process.exit(3)); stayAlive();`);
  const job = await start({
    silenceMilliseconds: 50,
    onEvent: (event) => {
      if (event.type === 'stalled') job.pause();
    },
  });
  expect((await job.done).status).toBe('paused');
});

test('a message of an unknown form is reported and does no harm', async () => {
  const { events, start } = await studio(`
    await send({ type: 'progress', phase: 'x', step: -1, totalSteps: 2 });
    await send({ type: 'result', summary: {} });
    process.exit(0);
  `);
  expect(await (await start()).done).toMatchObject({ status: 'finished' });
  expect(events.map(({ type }) => type)).toEqual(['started', 'notice', 'result', 'ended']);
});

test('a trainer that was not built is one clear sentence', async () => {
  const { home, registry, id } = await studio('');
  await expect(runJob(home, registry, id)).rejects.toThrow(
    /^The trainer has not been built: run "npm run build"/,
  );
  expect(registry.getRun(id).state.status).toBe('queued');
});

test('a recording waits for another one that adds to the same dataset', async () => {
  const { home, registry } = await studio('');
  const trainerEntry = join(home, 'recorder.mjs');
  writeFileSync(trainerEntry, `${prelude}stayAlive();`);
  const recording = (datasetId: string) =>
    createRun(home, registry, { ...exampleRun, kind: 'record', configuration: { datasetId } }, 60).id;
  const job = await runJob(home, registry, recording('walks'), { trainerEntry });
  const second = recording('walks');
  await expect(runJob(home, registry, second, { trainerEntry })).rejects.toThrow(
    /is recording into dataset "walks" at the moment: wait for its end/,
  );
  expect(registry.getRun(second).state.status).toBe('queued');
  const elsewhere = await runJob(home, registry, recording('runs'), { trainerEntry });
  for (const running of [job, elsewhere]) running.kill();
  await Promise.all([job.done, elsewhere.done]);
  const again = await runJob(home, registry, second, { trainerEntry });
  again.kill();
  await again.done;
});
