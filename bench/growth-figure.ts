import { decideSize } from '../src/shared/figures';
import { seriesStyle, type SeriesStyle } from '../src/shared/palette';
import { chartFigure, type ChartPanel } from '../src/main/figures/chart-figure';
import { axis, chartOptions, readingLines, tickMarks } from '../src/main/figures/chart-theme';
import { figureToSvg } from '../src/main/figures/files';
import {
  grownQuantities,
  grownTrainings,
  type GrowthPoint,
  type GrowthSeries,
  type GrownQuantity,
} from './growth';
import { benchOrigin } from './machine';

const labels = { batch: 'Batch size', length: 'Sequence length, horizon', width: 'Width of all layers' };
const trainings = { 'world-model': 'World model', ditto: 'DITTO' } as const;
const styleOf = (quantity: GrownQuantity): SeriesStyle => seriesStyle(grownQuantities.indexOf(quantity));

/** An SVG of time and memory over multiples of the preset's sizes, both axes logarithmic. */
export function drawGrowth(series: readonly GrowthSeries[], preset: string): string {
  const size = decideSize({ size: { name: 'double-column', fontSize: 10 } });
  const panelsOf = (measure: string, valueOf: (point: GrowthPoint) => number): ChartPanel[] =>
    grownTrainings.map((training) => {
      const own = series.filter((one) => one.training === training);
      return panel(`${trainings[training]}: ${measure}`, own, size.fontSize, valueOf);
    });
  return figureToSvg(
    chartFigure({
      title: `Growth of a training step at ${preset}`,
      subtitle: 'Time and memory over multiples of the preset’s sizes',
      summary: series
        .map(({ training, quantity, timeExponent }) => `${training} ${quantity} ${timeExponent.toFixed(2)}`)
        .join('; '),
      size,
      panels: [
        ...panelsOf('milliseconds a step', ({ stepMs }) => stepMs),
        ...panelsOf('peak memory, MiB', ({ peakMemoryMiB }) => peakMemoryMiB),
      ],
      legend: grownQuantities.map((quantity) => ({
        label: labels[quantity],
        style: styleOf(quantity),
        mark: 'line',
      })),
      table: {
        columns: ['training', 'quantity', 'multiple', 'step_ms', 'peak_memory_mib', 'compile_ms'],
        rows: series.flatMap(({ training, quantity, points }) =>
          points.map((point) => [
            training,
            quantity,
            point.multiple,
            point.stepMs,
            point.peakMemoryMiB,
            point.compileMs,
          ]),
        ),
      },
      origin: benchOrigin(`growth --preset ${preset}`),
    }),
  );
}

function panel(
  title: string,
  series: readonly GrowthSeries[],
  fontSize: number,
  valueOf: (point: GrowthPoint) => number,
): ChartPanel {
  const logarithmic = { type: 'logarithmic' as const };
  const x = axis(fontSize, 'Times the preset’s', { ...logarithmic, grid: tickMarks(fontSize) });
  const multiples = series[0]!.points.map(({ multiple }) => multiple);
  return {
    title,
    configuration: {
      type: 'line',
      data: {
        datasets: series.map(({ quantity, points }) => ({
          data: points.map((point) => ({ x: point.multiple, y: valueOf(point) })),
          borderColor: styleOf(quantity).colour,
          backgroundColor: styleOf(quantity).colour,
          borderWidth: 1.2,
          pointRadius: fontSize * 0.25,
          pointBorderWidth: 0,
          clip: false,
        })),
      },
      options: {
        ...chartOptions(fontSize),
        scales: {
          x: {
            ...x,
            min: multiples[0],
            max: multiples.at(-1),
            afterBuildTicks: (scale) => (scale.ticks = multiples.map((value) => ({ value }))),
            ticks: { ...x.ticks, callback: (value) => String(value) },
          },
          y: axis(fontSize, '', { ...logarithmic, grid: readingLines, border: { display: false } }),
        },
      },
    },
  };
}
