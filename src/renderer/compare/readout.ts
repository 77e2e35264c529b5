import { formatCount, formatNumber } from '../format';
import { valueAt, type ChartLine } from './lines';

export interface LineReading {
  readonly line: ChartLine;
  /** As it is drawn. */
  readonly value: number;
  /** The spread of seeds, or what was measured where the line is smoothed. */
  readonly text: string;
}

/** All lines that there are at a step, the highest first. */
export function readLines(
  lines: readonly ChartLine[],
  step: number,
  measured: (runId: string) => number | undefined,
): LineReading[] {
  return lines
    .flatMap((line) => {
      const value = valueAt(line.main, step);
      return value === undefined ? [] : [{ line, value, text: aside(line, step, measured) }];
    })
    .sort((one, other) => other.value - one.value);
}

/** Around the height of the mouse, where there are too many. */
export function nearReadings(
  readings: readonly LineReading[],
  value: number,
  most: number,
): readonly LineReading[] {
  if (readings.length <= most) return readings;
  const distance = (reading: LineReading): number => Math.abs(reading.value - value);
  const near = new Set([...readings].sort((one, other) => distance(one) - distance(other)).slice(0, most));
  return readings.filter((reading) => near.has(reading));
}

function aside(line: ChartLine, step: number, measured: (runId: string) => number | undefined): string {
  if (line.band) {
    const [low, high] = [line.band.low, line.band.high].map((values) =>
      valueAt({ steps: line.main.steps, values }, step),
    );
    return `${formatNumber(low)} to ${formatNumber(high)}`;
  }
  return line.measured ? `measured ${formatNumber(measured(line.key))}` : '';
}

/** For a screen reader, where the keyboard moves along the chart. */
export function describeReadings(readings: readonly LineReading[], step: number): string {
  const spoken = readings.map(({ line, value }) => `${line.label} ${formatNumber(value)}`);
  return `Step ${formatCount(step)}: ${spoken.slice(0, 10).join('; ') || 'no curve here'}`;
}
