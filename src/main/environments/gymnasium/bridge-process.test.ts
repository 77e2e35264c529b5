import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BridgeProcess } from './bridge-process';

/** A program in Python's place that does this, in JavaScript, once it is asked something. */
function stranger(does: string): BridgeProcess {
  const folder = mkdtempSync(join(tmpdir(), 'ditto-bridge-'));
  const program = join(folder, 'stranger');
  const source = `process.stdin.once('data', () => { ${does} });`;
  writeFileSync(program, `#!${process.execPath}\n${source}\n`);
  chmodSync(program, 0o755);
  const bridge = new BridgeProcess(program);
  onTestFinished(() => {
    bridge.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return bridge;
}

const twoAnswers = `'{"bytes":3,"reward":1}\\n\\x01\\n\\x02' + '{"bytes":0,"error":"no such key"}\\n'`;

test.each([
  ['at once', `process.stdout.write(${twoAnswers})`],
  [
    'byte by byte',
    `[...${twoAnswers}].forEach((one, at) => setTimeout(() => process.stdout.write(one), at))`,
  ],
])('answers that come %s are those to the questions in their order', async (_, answer) => {
  const bridge = stranger(answer);
  const [first, second] = await Promise.allSettled([bridge.ask('step'), bridge.ask('reset')]);
  expect(first).toMatchObject({ value: { header: { reward: 1 }, pixels: Uint8Array.of(1, 10, 2) } });
  expect(second).toMatchObject({ reason: { message: 'no such key' } });
});

test.each([
  ['no JSON', `'hello\\n'`],
  ['more bytes than a picture has', `'{"bytes":99999999999}\\n'`],
  ['a negative number of bytes', `'{"bytes":-1}\\n'`],
  ['a header without an end', `'x'.repeat(3 << 20)`],
])('%s ends the process and every question', async (_, answer) => {
  const bridge = stranger(`process.stdout.write(${answer})`);
  const questions = [bridge.ask('list'), bridge.ask('list')];
  for (const question of questions) await expect(question).rejects.toThrow(/an answer of an unknown form/);
  await expect(bridge.ask('list')).rejects.toThrow(/unknown form/);
});

test('a process that dies says its last words', async () => {
  const bridge = stranger(`process.stderr.write('\\nImportError: No module\\n', () => process.exit(3))`);
  await expect(bridge.ask('list')).rejects.toThrow(
    /ended \(3\): ImportError: No module\. Set up Gymnasium again/,
  );
});

test('a program that is not there, and a bridge that was closed, answer nothing', async () => {
  const nothing = new BridgeProcess('/nowhere/python');
  await expect(nothing.ask('list')).rejects.toThrow(/could not be started.*DITTO_PYTHON/);
  const bridge = stranger('');
  const question = bridge.ask('list');
  bridge.close();
  await expect(question).rejects.toThrow(/have been closed/);
});
