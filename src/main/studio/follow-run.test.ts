import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleRun } from '../trainer/test-support';
import { followRun, JobControl, RunNotFinished } from './follow-run';
import { createRun } from './supervisor';
import { temporaryStudio } from './testing/studio';

/** A queued run, and a program for its trainer. */
async function runOf(trainer: string) {
  const registry = await temporaryStudio();
  const { id } = createRun(registry.home, registry, exampleRun, 60);
  const trainerEntry = join(registry.home, 'trainer.mjs');
  writeFileSync(
    trainerEntry,
    `const send = (message) => new Promise((done) => process.send(message, done));\n${trainer}`,
  );
  return { registry, id, trainerEntry };
}

const pausing = `process.on('message', ({ type }) => process.exit(type === 'pause' ? 3 : 1));
await send({ type: 'progress', phase: 'Training', step: 1, totalSteps: 60 });
setInterval(() => {}, 1000);`;

test('a run that does its work gives its results', async () => {
  const { registry, id, trainerEntry } = await runOf(
    `await send({ type: 'result', summary: { loss: 0.5 } }); process.exit(0);`,
  );
  expect(await followRun(registry, id, { trainerEntry })).toEqual({ loss: 0.5 });
});

test('one that fails throws its reason', async () => {
  const { registry, id, trainerEntry } = await runOf(
    `await send({ type: 'failed', message: 'The dataset is gone.' }); process.exit(2);`,
  );
  const error: unknown = await followRun(registry, id, { trainerEntry }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RunNotFinished);
  expect(error).toMatchObject({ message: 'The dataset is gone.', runId: id, state: { status: 'failed' } });
});

test('a pause reaches the run that works at the moment', async () => {
  const { registry, id, trainerEntry } = await runOf(pausing);
  const control = new JobControl();
  const ended = followRun(registry, id, {
    ...{ trainerEntry, control },
    onEvent: ({ type }) => type === 'progress' && control.pause(),
  });
  await expect(ended).rejects.toMatchObject({ state: { status: 'paused' } });
});

test('a pause between two runs reaches the next one', async () => {
  const { registry, id, trainerEntry } = await runOf(pausing);
  const control = new JobControl();
  control.pause();
  await expect(followRun(registry, id, { trainerEntry, control })).rejects.toMatchObject({
    state: { status: 'paused' },
  });
});

test('a kill does not wait', async () => {
  const { registry, id, trainerEntry } = await runOf(
    `process.on('message', () => {}); setInterval(() => {}, 1000);`,
  );
  const control = new JobControl();
  control.kill();
  await expect(followRun(registry, id, { trainerEntry, control })).rejects.toMatchObject({
    state: { status: 'interrupted' },
  });
});
