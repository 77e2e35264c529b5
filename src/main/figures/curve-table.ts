import { shortNumber, type FigureTable } from './figure';
import type { CurvePanel, CurvePoint, CurveSeries } from './curve-panel';

export const summarizeCurves = (panels: readonly CurvePanel[]): string =>
  panels.map(summarizePanel).join('; ');

/** Where each curve ends. */
function summarizePanel({ title, series, references = [] }: CurvePanel): string {
  const ends = series.flatMap(({ label, points }) => {
    const last = points.findLast(({ y }) => Number.isFinite(y));
    return last ? [`${label} ${shortNumber(last.y)} at ${shortNumber(last.x)}`] : [];
  });
  const lines = references.map(({ label, value }) => `${label} ${shortNumber(value)}`);
  return `${title}: ${[...ends, ...lines].join(', ')}`;
}

/** Every point that is drawn. */
export function curveTable(panels: readonly CurvePanel[], xTitle: string): FigureTable {
  const rows = panels.flatMap(({ title, series, references = [] }) => [
    ...series.flatMap((one) => seriesRows(title, one)),
    ...references.map(({ label, value }) => [title, label, 'reference', null, value, null, null]),
  ]);
  return { columns: ['panel', 'series', 'line', xTitle.toLowerCase(), 'value', 'low', 'high'], rows };
}

function seriesRows(
  panel: string,
  { label, line, points, measured = [], band }: CurveSeries,
): FigureTable['rows'] {
  const bounds = new Map(band?.map((point) => [point.x, point]));
  const row = (name: string, { x, y }: CurvePoint) => {
    const bound = name === line ? bounds.get(x) : undefined;
    return [panel, label, name, x, y, bound?.low ?? null, bound?.high ?? null];
  };
  const drawn = (list: readonly CurvePoint[]) => list.filter(({ y }) => Number.isFinite(y));
  return [
    ...drawn(points).map((point) => row(line, point)),
    ...drawn(measured).map((point) => row('measured', point)),
  ];
}
