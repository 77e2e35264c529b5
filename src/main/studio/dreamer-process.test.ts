import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DreamStepRequest } from '../../shared/dreams';
import { temporaryFolder } from '../trainer/test-support';
import { DreamerProcess } from './dreamer-process';

const request: DreamStepRequest = {
  expert: { dataset: 'pursuit', episode: 0 },
  dreamer: { agent: null, worldModel: 'somewhere', seed: 0 },
  ...{ step: 3, latents: Float32Array.of(0.5, NaN), action: null },
};

/** A process that answers with what it was asked, but dies of step 13. */
function echo(): DreamerProcess {
  const home = temporaryFolder();
  const entry = join(home, 'dreamer.mjs');
  writeFileSync(
    entry,
    `process.on('message', ({ id, input }) => {
      if (input.step === 13) process.exit(1);
      const value = { ...input, step: input.step + 1, home: process.argv[2] };
      process.send({ type: 'value', id, value });
    });`,
  );
  const dreamer = new DreamerProcess(home, entry);
  onTestFinished(() => dreamer.close());
  return dreamer;
}

test('it is started when it is first asked, and typed arrays arrive as they are', async () => {
  const dreamer = echo();
  expect(dreamer.pid).toBeUndefined();
  const answer = await dreamer.step(request);
  expect(answer.latents).toEqual(Float32Array.of(0.5, NaN));
  expect(answer.step).toBe(4);
  const { pid } = dreamer;
  await dreamer.step(request);
  expect(dreamer.pid).toBe(pid);
});

test('one that died says to try again, and is started anew', async () => {
  const dreamer = echo();
  await expect(dreamer.step({ ...request, step: 13 })).rejects.toThrow(/has died.*try again/);
  expect(dreamer.pid).toBeUndefined();
  expect((await dreamer.step(request)).step).toBe(4);
});

test('closing ends it, and what it was asked for', async () => {
  const dreamer = echo();
  await dreamer.step(request);
  const pid = dreamer.pid!;
  await dreamer.close();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await dreamer.close();
});
