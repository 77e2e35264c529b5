import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MetricsWriter, metricsFile, readMetrics, truncateMetrics } from './metrics';
import { canMount, temporaryFolder, temporaryMebibyte } from './test-support';

function losses(folder: string): [number, number | null | undefined][] {
  return [...readMetrics(folder)].map(({ row }) => [row.step, row['loss']]);
}

function write(folder: string, from: number, to: number): void {
  const writer = new MetricsWriter(folder);
  for (let step = from; step <= to; step++) writer.write(step, { loss: 1 / step });
  writer.close();
}

test('rows come back in order, and a number that JSON cannot hold as null', () => {
  const folder = temporaryFolder();
  const writer = new MetricsWriter(folder);
  writer.write(1, { loss: 0.5, 'validation/loss': 2 });
  writer.write(2, { loss: NaN });
  writer.write(3, { loss: -Infinity });
  writer.close();
  expect(losses(folder)).toEqual([
    [1, 0.5],
    [2, null],
    [3, null],
  ]);
  expect([...readMetrics(folder)][0]!.row['validation/loss']).toBe(2);
});

test('rows reach the file at a checkpoint, and the parent hears the length of the file', () => {
  const folder = temporaryFolder();
  const lengths: number[] = [];
  const writer = new MetricsWriter(folder, (bytes) => lengths.push(bytes));
  writer.write(1, { loss: 1 });
  expect(losses(folder)).toEqual([]);
  writer.checkpoint();
  expect(losses(folder)).toEqual([[1, 1]]);
  expect(lengths).toEqual([readFileSync(metricsFile(folder)).length]);
  writer.close();
});

test('a torn last line is not read, and is cut off before the next row', () => {
  const folder = temporaryFolder();
  write(folder, 1, 3);
  appendFileSync(metricsFile(folder), '{"step":4,"time":1,"lo');
  expect(losses(folder)).toHaveLength(3);
  write(folder, 4, 5);
  expect(losses(folder).map(([step]) => step)).toEqual([1, 2, 3, 4, 5]);
});

test('a line that is no row is skipped and counted', () => {
  const folder = temporaryFolder();
  write(folder, 1, 1);
  appendFileSync(metricsFile(folder), '\0\0\0\n{"step":-1,"time":0}\n{"step":2,"time":0,"loss":"x"}\n');
  write(folder, 3, 3);
  const damaged: string[] = [];
  const steps = [...readMetrics(folder, { onDamaged: (text) => damaged.push(text) })].map(
    ({ row }) => row.step,
  );
  expect(steps).toEqual([1, 3]);
  expect(damaged).toHaveLength(3);
});

test('reading goes on from where it ended', () => {
  const folder = temporaryFolder();
  write(folder, 1, 3);
  const end = [...readMetrics(folder)].at(-1)!.end;
  write(folder, 4, 6);
  expect([...readMetrics(folder, { from: end })].map(({ row }) => row.step)).toEqual([4, 5, 6]);
});

test('rows after the checkpoint are dropped on resume, so that every step has one value', () => {
  const folder = temporaryFolder();
  write(folder, 1, 5000);
  truncateMetrics(folder, 3000);
  write(folder, 3001, 4000);
  const steps = losses(folder).map(([step]) => step);
  expect(steps).toEqual(Array.from({ length: 4000 }, (_, i) => i + 1));
});

test('a run without metrics has no rows and nothing to drop', () => {
  const folder = temporaryFolder();
  expect(losses(folder)).toEqual([]);
  truncateMetrics(folder, 0);
  writeFileSync(metricsFile(folder), '');
  expect(losses(folder)).toEqual([]);
});

test.skipIf(!canMount)(
  'a full disk (a small tmpfs, as root) costs no row that was written, and writing goes on',
  () => {
    const folder = temporaryMebibyte();
    writeFileSync(`${folder}/ballast`, new Uint8Array(900 * 1024));
    const writer = new MetricsWriter(folder);
    for (let step = 1; step <= 10_000; step++) writer.write(step, { loss: step });
    expect(() => writer.checkpoint()).toThrow(/ENOSPC/);
    expect(readFileSync(metricsFile(folder), 'utf8')).toBe('');
    rmSync(`${folder}/ballast`);
    writer.close();
    expect(losses(folder)).toHaveLength(10_000);
  },
);
