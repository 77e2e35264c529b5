import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { demoSteps } from '../../shared/contract/demo';
import { DemoBars } from './demo-bars';
import { countsAndTime, formatBar, progressDisplay, type Bar, type OutputStream } from './progress-display';

function stream(isTTY: boolean) {
  const through = Object.assign(new PassThrough(), { isTTY }) as OutputStream & PassThrough;
  return { through, written: () => String(through.read() ?? '') };
}

test('a bar is as full as its share', () => {
  expect(formatBar({ title: 'Train', share: 0.5, detail: '30/60' })).toMatch(
    /^Train +█{12}░{12}  50 % {2}30\/60$/,
  );
  expect(formatBar({ title: 'Train', share: 1.2, detail: '' })).toContain('█'.repeat(24));
  expect(countsAndTime(30, 60, 70)).toBe('30/60, 1 min 10 s left');
  expect(countsAndTime(60, 60, 0)).toBe('60/60');
});

test('without a terminal a step is a line at its begin and at its end, not at every change', () => {
  const { through, written } = stream(false);
  const display = progressDisplay(through);
  for (let step = 1; step <= 60; step++) {
    display.show([{ id: 'a', title: 'Train', share: step / 60, detail: `${step}/60` }]);
  }
  display.note('a word in between');
  display.close();
  expect(written()).toBe('Train: 1 %, 1/60\nTrain: 100 %, 60/60\na word in between\n');
});

test('in a terminal bars are drawn and redrawn in place', () => {
  const { through, written } = stream(true);
  const display = progressDisplay(Object.assign(through, { columns: 120, cursorTo: () => true }) as never);
  display.show([{ id: 'a', title: 'Train', share: 0.25, detail: '15/60' }]);
  display.show([{ id: 'a', title: 'Train', share: 0.75, detail: '45/60' }]);
  display.close();
  expect(written()).toContain('45/60');
});

test("the demo's bars keep their order, and what lies behind is full", () => {
  const shown: (readonly Bar[])[] = [];
  const bars = new DemoBars({
    show: (all) => shown.push(all),
    note: () => undefined,
    close: () => undefined,
  });
  bars.show({
    ...{ step: 'world-model', phase: 'Training the world model', done: 30, total: 60, secondsLeft: 5 },
    ...{ totalSecondsLeft: 65, totalShare: 0.4 },
  });
  const last = shown.at(-1)!;
  expect(last.map(({ title }) => title)).toEqual([...demoSteps.map(({ title }) => title), 'All']);
  expect(last.map(({ share }) => share)).toEqual([1, 1, 0.5, 0, 0, 0, 0, 0.4]);
  expect(last[2]!.detail).toBe('30/60, 5 s left');
  expect(last.at(-1)!.detail).toBe('about 1 min 5 s left');
});
