import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFolder, runsFolder, studioHome } from './home';
import {
  appendArtifact,
  createRunFolder,
  readArtifacts,
  readDescription,
  readState,
  sweepRunFolder,
  writeState,
} from './run-folder';
import { exampleRun, temporaryFolder } from './test-support';

test('a new run is queued and says what it will do', () => {
  const home = temporaryFolder();
  const run = createRunFolder(home, exampleRun, 60, new Date('2026-11-22T13:14:05.678Z'));
  expect(run.id).toMatch(/^20261122-131405-world-model-[0-9a-f]{4}$/);
  expect(run).toMatchObject({ ...exampleRun, created: '2026-11-22T13:14:05.678Z' });
  expect(run.versions.onnxruntime).toMatch(/^\d+\.\d+\.\d+/);
  expect(run.versions.studio).toMatch(/^\d+\.\d+\.\d+/);
  const folder = runFolder(home, run.id);
  expect(readDescription(folder)).toEqual(run);
  expect(readState(folder)).toMatchObject({ status: 'queued', step: 0, totalSteps: 60 });
  expect(readdirSync(folder).sort()).toEqual(['artifacts', 'checkpoints', 'run.json', 'status.json']);
});

test('runs of one second get ids of their own', () => {
  const home = temporaryFolder();
  const second = new Date('2026-11-22T13:14:05Z');
  const ids = Array.from({ length: 50 }, () => createRunFolder(home, exampleRun, 0, second).id);
  expect(new Set(ids).size).toBe(50);
  expect(readdirSync(runsFolder(home))).toHaveLength(50);
});

test('a damaged file is named in one sentence', () => {
  const home = temporaryFolder();
  const folder = runFolder(home, createRunFolder(home, exampleRun).id);
  writeFileSync(join(folder, 'status.json'), '{"status":"run');
  expect(() => readState(folder)).toThrow(/status\.json is not valid JSON: restore it/);
  writeFileSync(join(folder, 'status.json'), '{"status":"resting"}');
  expect(() => readState(folder)).toThrow(/status\.json does not say what it should .* at status/);
  expect(() => readState(join(home, 'elsewhere'))).toThrow(/status\.json is missing/);
});

test('no id leads out of the home folder', () => {
  for (const id of ['..', '../x', 'a/b', 'A', '', '.', 'a\0'])
    expect(() => runFolder('/home', id)).toThrow(/run id/);
});

test('an artifact is listed once, by its latest entry, and must exist inside the folder', () => {
  const home = temporaryFolder();
  const folder = runFolder(home, createRunFolder(home, exampleRun).id);
  const artifact = { kind: 'policy-onnx', path: 'artifacts/policy.onnx', created: '2026-11-22T13:14:05Z' };
  expect(() => appendArtifact(folder, artifact)).toThrow(/policy\.onnx is missing/);
  writeFileSync(join(folder, artifact.path), 'x');
  appendArtifact(folder, artifact);
  const later = { ...artifact, created: '2026-11-22T14:00:00Z', sha256: 'a'.repeat(64) };
  appendArtifact(folder, later);
  expect(readArtifacts(folder)).toEqual([later]);
  for (const path of ['../run.json', '/etc/passwd', 'a/../../b', 'C:\\x', '.', 'a/..']) {
    expect(() => appendArtifact(folder, { ...artifact, path }), path).toThrow();
  }
});

test('what killed writers left is swept, and nothing else', async () => {
  const home = temporaryFolder();
  const folder = runFolder(home, createRunFolder(home, exampleRun).id);
  writeFileSync(join(folder, '.status.json.0a1b2c3d.tmp'), '{');
  mkdirSync(join(folder, 'checkpoints', 'step-000000001.partial-ab12'));
  mkdirSync(join(folder, 'checkpoints', 'step-000000002.removed-ab12'));
  mkdirSync(join(folder, 'checkpoints', 'step-000000003'));
  await sweepRunFolder(folder);
  expect(readdirSync(folder).sort()).toEqual(['artifacts', 'checkpoints', 'run.json', 'status.json']);
  expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['step-000000003']);
});

test('a state that cannot be written leaves the one before it', () => {
  const home = temporaryFolder();
  const folder = runFolder(home, createRunFolder(home, exampleRun).id);
  const before = readFileSync(join(folder, 'status.json'), 'utf8');
  expect(() => writeState(folder, { ...readState(folder), step: -1 })).toThrow();
  expect(readFileSync(join(folder, 'status.json'), 'utf8')).toBe(before);
});

test('the home is the flag, then DITTO_HOME, then the place for application data', () => {
  const before = process.env['DITTO_HOME'];
  try {
    process.env['DITTO_HOME'] = '/data/studio';
    expect(studioHome('/flag')).toBe('/flag');
    expect(studioHome()).toBe('/data/studio');
    delete process.env['DITTO_HOME'];
    expect(studioHome()).toMatch(/ditto-studio$|DITTO Studio$/);
  } finally {
    if (before === undefined) delete process.env['DITTO_HOME'];
    else process.env['DITTO_HOME'] = before;
  }
});
