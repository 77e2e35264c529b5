import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runFolder } from '../trainer/home';
import { createRecording } from './create-recording';
import { ResumableRuns } from './resumable-runs';
import { temporaryStudio } from './testing/studio';

const recording = { environment: 'pursuit', policy: 'random', settings: { episodes: 1 } };

async function remembering() {
  const registry = await temporaryStudio();
  const known = new Map<string, string>();
  const memory = {
    find: (purpose: string) => known.get(purpose),
    keep: (purpose: string, id: string) => void known.set(purpose, id),
  };
  return { registry, known, runs: new ResumableRuns(registry, memory, {}) };
}

test('a run is known before it is there, so that a kill in between leaves none that nobody knows', async () => {
  const { registry, known, runs } = await remembering();
  const id = await runs.ensure('practice', 'record', (reserved) => {
    expect(known.get('practice')).toBe(reserved);
    expect(registry.hasRun(reserved)).toBe(false);
    return createRecording(registry, { ...recording, id: reserved });
  });
  expect(known.get('practice')).toBe(id);
  expect(registry.getRun(id).state.status).toBe('queued');
  const again = await runs.ensure('practice', 'record', () => Promise.reject(new Error('it is there')));
  expect(again).toBe(id);
});

test('one that was killed in between is made anew', async () => {
  const { registry, known, runs } = await remembering();
  known.set('practice', '20261126-120000-record-abcd');
  const id = await runs.ensure('practice', 'record', (reserved) =>
    createRecording(registry, { ...recording, id: reserved }),
  );
  expect(registry.listRuns().map((run) => run.id)).toEqual([id]);
});

test('what cannot be made leaves nothing', async () => {
  const { registry, known, runs } = await remembering();
  const failed = runs.ensure('practice', 'record', (id) =>
    createRecording(registry, { ...recording, id, policy: 'nobody' }),
  );
  await expect(failed).rejects.toThrow(/nobody/);
  expect(existsSync(runFolder(registry.home, known.get('practice')!))).toBe(false);
  expect(registry.listRuns()).toEqual([]);
});
