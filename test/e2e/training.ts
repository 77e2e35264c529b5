import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { startStudio, studioJson, until } from './support';

/** A training to disturb: short enough to be finished in a test, long enough to be killed on the way. */
export const training = { steps: 1000, checkpointInterval: 20 } as const;

const folderOf = (home: string, runId: string): string => join(home, 'runs', runId);

/** Makes a dataset and a world model's run that has been paused after its first checkpoint; its id. */
export async function pausedTraining(home: string): Promise<string> {
  const atHome = ['--home', home];
  if (!existsSync(join(home, 'datasets/pursuit-expert'))) {
    const recording = ['record', '--environment', 'pursuit', '--policy', 'expert', '--episodes', '6'];
    await studioJson(...recording, ...atHome);
  }
  const before = new Set(readdirSync(join(home, 'runs')));
  const { steps, checkpointInterval } = training;
  const command = startStudio([
    ...['train', 'world-model', '--dataset', 'pursuit-expert', '--preset', 'nano', '--steps', `${steps}`],
    ...['--checkpoint-interval', `${checkpointInterval}`, '--engine', 'onnxruntime:cpu', ...atHome],
  ]);
  const runId = await until('the run', () => readdirSync(join(home, 'runs')).find((id) => !before.has(id)));
  await until('a checkpoint', () => checkpointSteps(home, runId)[0]);
  command.process.kill('SIGINT');
  await command.done;
  expect(statusOf(home, runId)).toMatchObject({ status: 'paused' });
  return runId;
}

/** The steps of the checkpoints that are complete, in order. */
export function checkpointSteps(home: string, runId: string): number[] {
  const folder = join(folderOf(home, runId), 'checkpoints');
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder)
      // Not those that are being written, which get their name last.
      .filter((name) => /^step-\d+$/.test(name) && existsSync(join(folder, name, 'manifest.json')))
      .map((name) => Number(name.slice('step-'.length)))
      .sort((a, b) => a - b)
  );
}

export const latestStep = (home: string, runId: string): number => checkpointSteps(home, runId).at(-1) ?? 0;

export function statusOf(home: string, runId: string): { status: string; step: number; message: string } {
  return readJson(join(folderOf(home, runId), 'status.json'));
}

export function queueOf(home: string): {
  current: { id: string } | null;
  waiting: { id: string }[];
  held: { reason: string } | null;
} {
  return readJson(join(home, 'queue.json'));
}

export const trainerPid = (home: string, runId: string): number =>
  readJson<{ pid: number }>(join(folderOf(home, runId), 'heartbeat.json')).pid;

/** Which step the trainer went on from, the last time. */
export function resumedFrom(home: string, runId: string): number {
  const log = readFileSync(join(folderOf(home, runId), 'log.txt'), 'utf8');
  return Number([...log.matchAll(/Resumed from step (\d+)/g)].at(-1)?.[1]);
}

/** The rows of metrics.jsonl by their step and what they measure: each may be there once, whatever happened. */
function metricRows(home: string, runId: string): { step: number; names: string }[] {
  const lines = readFileSync(join(folderOf(home, runId), 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const row = JSON.parse(line) as { step: number };
    return { step: row.step, names: Object.keys(row).sort().join() };
  });
}

/** Opens the run's page, which offers to resume, takes the offer, and waits until new work has been written down. */
export async function resumeOnPage(page: Page, home: string, runId: string): Promise<void> {
  await openRun(page, runId);
  const before = latestStep(home, runId);
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await until('a new checkpoint', () => (latestStep(home, runId) > before ? true : undefined));
  expect(resumedFrom(home, runId)).toBe(before);
}

export async function openRun(page: Page, runId: string): Promise<void> {
  await page.evaluate(`location.hash = '/runs/${runId}'`);
  await page.getByText(`World model · ${runId}`).waitFor();
}

/** Runs something beside a training that has to go on all the while, in the same process. */
export async function expectUndisturbed(
  home: string,
  runId: string,
  disturb: () => Promise<void>,
): Promise<void> {
  const trainer = trainerPid(home, runId);
  await disturb();
  const after = latestStep(home, runId);
  await until('a new checkpoint', () => (latestStep(home, runId) > after ? true : undefined));
  expect(trainerPid(home, runId)).toBe(trainer);
  expect(statusOf(home, runId).status).toBe('running');
}

/** Waits until the run's page says that it is finished, and looks whether all of its work is there. */
export async function expectFinished(page: Page, home: string, runId: string): Promise<void> {
  await openRun(page, runId);
  await page.getByText('finished', { exact: true }).first().waitFor({ timeout: 180_000 });
  expect(statusOf(home, runId)).toMatchObject({ status: 'finished', step: training.steps });
  const rows = metricRows(home, runId);
  expect(new Set(rows.map(({ step, names }) => `${step} ${names}`)).size).toBe(rows.length);
  expect(new Set(rows.map(({ step }) => step)).size).toBe(training.steps);
}

function readJson<Document>(path: string): Document {
  return JSON.parse(readFileSync(path, 'utf8')) as Document;
}
