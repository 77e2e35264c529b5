import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StudioError } from '../../shared/errors';
import type { RunState } from '../../shared/runs';
import { RunNotFinished } from '../studio/follow-run';
import { temporaryFolder } from '../trainer/test-support';
import { explainFailure } from './failure';

const state = (status: RunState['status'], message: string): RunState => ({
  ...{ status, message, step: 30, totalSteps: 60, updated: '2026-11-22T12:00:00.000Z' },
});

test('what a user can mend is its sentence and code 2', () => {
  expect(explainFailure(new StudioError('No such preset: choose another.'), undefined)).toEqual({
    ...{ sentence: 'No such preset: choose another.', exitCode: 2, details: {} },
  });
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  expect(explainFailure(full, undefined)).toMatchObject({
    exitCode: 2,
    sentence: expect.stringMatching(/^The disk is full: free/) as string,
  });
});

test('a run that failed tells its reason, one that was paused how to go on', () => {
  const failed = new RunNotFinished('run-1', state('failed', 'The dataset is gone.'));
  expect(explainFailure(failed, undefined)).toEqual({
    ...{ sentence: 'The dataset is gone.', exitCode: 2, details: { run: 'run-1', status: 'failed' } },
  });
  const paused = explainFailure(new RunNotFinished('run-1', state('paused', '')), '/my home');
  expect(paused.exitCode).toBe(130);
  expect(paused.sentence).toBe(
    'Run run-1 is paused at step 30 of 60; to go on: npm run studio -- resume run-1 --home "/my home"',
  );
  const died = explainFailure(
    new RunNotFinished('run-1', state('interrupted', 'The trainer crashed.')),
    '/home',
  );
  expect(died).toMatchObject({
    exitCode: 1,
    sentence: expect.stringMatching(/crashed.*resume run-1 --home \/home.*log\.txt/) as string,
  });
});

test('a mistake of ours is one sentence, code 1, and a stack where a report can find it', () => {
  const home = temporaryFolder();
  const failure = explainFailure(new TypeError('x is not a function\n  second line'), home);
  const log = join(home, 'ditto-studio-errors.log');
  expect(failure).toEqual({
    sentence: `Something went wrong inside DITTO Studio (x is not a function): please report it with ${log}`,
    exitCode: 1,
    details: { log },
  });
  expect(readFileSync(log, 'utf8')).toContain('failure.test.ts');
});

test('a home that cannot be written does not hide the mistake', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { sentence, details } = explainFailure(new Error('first'), join(folder, 'file', 'home'));
  expect(sentence).toContain('(first)');
  expect(existsSync(details['log']!)).toBe(true);
});
