import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ExperimentState } from '../../../shared/contract/experiments';
import type { Registry } from '../../registry/registry';
import { writeJson } from '../../trainer/files';
import { processIdentity } from '../../trainer/heartbeat';
import { createRecording } from '../create-recording';
import { temporaryStudio } from '../testing/studio';
import { builtInExperiments } from './built-in';
import { ExperimentStore } from './experiment-store';
import { planExperiment } from './plan';

const nano = builtInExperiments.find(({ id }) => id === 'nano')!;

/** Another process that is at work on an experiment, as far as its file says. */
async function workElsewhere(registry: Registry, store: ExperimentStore, runs: ExperimentState['runs'] = {}) {
  const worker: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void worker.kill('SIGKILL'));
  await once(worker, 'spawn');
  store.prepare(nano);
  const state = { ...store.get('nano'), status: 'running', worker: processIdentity(worker.pid!), runs };
  store.update('nano', { status: 'paused' });
  writeJson(join(registry.home, 'experiments', 'nano.json'), state);
  const end = async (): Promise<void> => {
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  };
  return { pid: worker.pid!, end };
}

async function telling() {
  const registry = await temporaryStudio();
  const told: string[] = [];
  const store = new ExperimentStore(
    registry,
    ({ status }) => told.push(status),
    (text) => told.push(text),
  );
  return { registry, store, told };
}

test('what another process works on is shown and not begun a second time', async () => {
  const { registry, store, told } = await telling();
  const elsewhere = await workElsewhere(registry, store);
  const lookAgain = (): string[] => {
    told.splice(0);
    store.refresh();
    return told;
  };
  expect(lookAgain()).toContain('running');
  expect(lookAgain()).toEqual([]);
  const refusal = `Another program, process ${elsewhere.pid}, is at work on the experiment nano`;
  expect(() => store.prepare(nano)).toThrow(refusal);
  expect(() => store.remove('nano')).toThrow(refusal);

  await elsewhere.end();
  expect(lookAgain()).toEqual(['interrupted']);
  expect(lookAgain()).toEqual([]);
  expect(store.prepare(nano).status).toBe('queued');
});

test('how far it is can be told from its runs', async () => {
  const { registry, store } = await telling();
  const [recording] = planExperiment(nano).steps;
  const { id } = await createRecording(registry, {
    ...{ environment: 'pursuit', policy: 'random', settings: { episodes: 4 } },
  });
  registry.setStatus(id, (state) => ({ ...state, status: 'running', step: 1 }));
  await workElsewhere(registry, store, { [recording!.key]: id });
  store.refresh();
  expect(store.get('nano').progress).toEqual({
    ...{ done: 0, total: planExperiment(nano).steps.length, failed: 0, secondsLeft: null },
    running: [{ title: recording!.title, share: 0.25 }],
  });
});

test('one whose process has ended was interrupted', async () => {
  const { registry, store } = await telling();
  await workElsewhere(registry, store).then(({ end }) => end());
  const other = new ExperimentStore(
    registry,
    () => {},
    () => {},
  );
  expect(other.get('nano').status).toBe('interrupted');
});
