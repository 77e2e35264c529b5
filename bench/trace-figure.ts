import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import { decideSize } from '../src/shared/figures';
import { okabeIto } from '../src/shared/palette';
import { chartFigure } from '../src/main/figures/chart-figure';
import { axis, chartOptions, readingLines, tickMarks } from '../src/main/figures/chart-theme';
import { figureToSvg } from '../src/main/figures/files';
import { timelineRows, type TraceEvent } from '../src/main/trainer/timeline';
import { benchOrigin } from './machine';

const TITLES: Record<BenchmarkTraining, string> = {
  'world-model': 'A world model’s training',
  ditto: 'A training of DITTO',
};

/** Steps before the checkpoint in the middle, and after it. */
const STEPS = 6;

/** An SVG of some steps around a checkpoint halfway through: what the trainer did at the same time. */
export function drawTrace(
  events: readonly TraceEvent[],
  training: BenchmarkTraining,
  preset: string,
): string {
  const steps = events.filter(({ name }) => name === 'step');
  const checkpoints = events.filter(({ name }) => name === 'checkpoint');
  const middle = checkpoints[Math.floor(checkpoints.length / 2)]!;
  const last = steps.findLastIndex(({ ts }) => ts < middle.ts);
  const from = steps[Math.max(0, last - STEPS + 1)]!.ts;
  const until = steps[Math.min(steps.length - 1, last + STEPS)]!;
  const shown = events
    .filter(({ ts, dur }) => ts + dur > from && ts < until.ts + until.dur)
    .map(({ name, ts, dur }) => ({ name, begin: (ts - from) / 1000, end: (ts + dur - from) / 1000 }));
  const rows = timelineRows.filter((row) => shown.some(({ name }) => name === row));
  const size = decideSize({ size: { name: 'double-column', height: 2 }, heading: true });
  const parts = axis(size.fontSize, '', {
    type: 'category',
    offset: true,
    grid: { ...tickMarks(size.fontSize), drawTicks: false },
  });
  const title = `${TITLES[training]} at ${preset}`;
  return figureToSvg(
    chartFigure({
      title,
      subtitle: 'What the trainer is at work on around a checkpoint',
      summary: `${rows.join(', ')} over ${Math.round(shown.at(-1)!.end)} milliseconds`,
      size,
      legend: [],
      panels: [
        {
          title: '',
          configuration: {
            type: 'bar',
            data: {
              labels: [...rows],
              datasets: [
                {
                  data: shown.map(({ name, begin, end }) => ({ x: [begin, end], y: name })) as never,
                  backgroundColor: shown.map(({ name }) =>
                    name === 'step' ? okabeIto.blue : okabeIto.orange,
                  ),
                  grouped: false,
                  minBarLength: 1,
                  barPercentage: 0.8,
                  categoryPercentage: 0.9,
                },
              ],
            },
            options: {
              ...chartOptions(size.fontSize),
              indexAxis: 'y',
              scales: {
                x: axis(size.fontSize, 'Milliseconds', {
                  grid: readingLines,
                  min: 0,
                  max: Math.ceil((until.ts + until.dur - from) / 1000),
                }),
                y: { ...parts, ticks: { ...parts.ticks, autoSkip: false } },
              },
            },
          },
        },
      ],
      table: {
        columns: ['part', 'begin_ms', 'end_ms'],
        rows: shown.map(({ name, begin, end }) => [name, begin, end]),
      },
      origin: benchOrigin('run'),
    }),
  );
}
