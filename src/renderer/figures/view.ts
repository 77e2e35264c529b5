import {
  bandKinds,
  dotsPerInchSchema,
  figureSizeNames,
  figureTitles,
  type BandKind,
  type FigureKind,
  type FigureSizeName,
} from '../../shared/figures';
import { largestSmoothing } from '../../shared/compare';
import { heldOutMeasureNames, type HeldOutMeasureName } from '../../shared/evaluation';
import { runIdSchema, type RunRecord } from '../../shared/runs';

export const markKinds = ['points', 'bars'] as const;

/** What the address of the page says; whatever it says wrong, or not, has its default. */
export interface FigureView {
  readonly kind: FigureKind;
  /** Undefined: those that say something at once. */
  readonly runIds: readonly string[] | undefined;
  readonly metrics: readonly string[] | undefined;
  readonly size: FigureSizeName;
  /** In points; undefined: what suits the size. */
  readonly fontSize: number | undefined;
  /** In inches; undefined: what suits the figure. */
  readonly height: number | undefined;
  /** Undefined: on slides alone. */
  readonly heading: boolean | undefined;
  readonly title: string | undefined;
  readonly smoothing: number;
  readonly groupSeeds: boolean;
  readonly band: BandKind;
  /** Steps; undefined: all. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
  readonly marks: (typeof markKinds)[number];
  readonly measure: HeldOutMeasureName;
  /** Of a filmstrip; undefined: as many as fit well. */
  readonly columns: number | undefined;
  /** Of a PNG. */
  readonly dotsPerInch: number;
}

export const figureKinds = Object.keys(figureTitles) as FigureKind[];

export function readView(parameters: URLSearchParams): FigureView {
  const list = (name: string): string[] | undefined => parameters.get(name)?.split(',').filter(Boolean);
  const oneOf = <Value extends string>(name: string, values: readonly Value[]): Value | undefined =>
    values.find((value) => value === parameters.get(name));
  const number = (name: string, minimum: number, maximum: number): number | undefined => {
    const value = Number(parameters.get(name) || NaN);
    return value >= minimum && value <= maximum ? value : undefined;
  };
  const [from, to] = [number('from', 0, Infinity), number('to', 0, Infinity)];
  const dotsPerInch = dotsPerInchSchema.safeParse(number('dpi', 0, Infinity));
  return {
    kind: oneOf('kind', figureKinds) ?? 'learning-curve',
    runIds: list('runs')?.filter((id) => runIdSchema.safeParse(id).success),
    metrics: list('metrics'),
    size: oneOf('size', figureSizeNames) ?? 'double-column',
    fontSize: number('font', 4, 40),
    height: number('height', 1, 20),
    heading: { yes: true, no: false }[parameters.get('heading') ?? ''],
    title: parameters.get('title') ?? undefined,
    smoothing: number('smoothing', 0, largestSmoothing) ?? 0,
    groupSeeds: parameters.get('seeds') !== 'apart',
    band: oneOf('band', bandKinds) ?? 'standard-error',
    range: from !== undefined && to !== undefined && from < to ? { from, to } : undefined,
    marks: oneOf('marks', markKinds) ?? 'points',
    measure: oneOf('measure', heldOutMeasureNames) ?? 'latentDistance',
    columns: number('columns', 2, 20),
    dotsPerInch: dotsPerInch.data ?? 300,
  };
}

/** The parameters that say so; undefined ones are to be left out of the address. */
export function viewParameters(view: Partial<FigureView>): Record<string, string | undefined> {
  const text = (value: unknown, usual?: unknown): string | undefined =>
    value === undefined || value === '' || value === usual ? undefined : String(value);
  const write: {
    [Key in keyof FigureView]: (value: FigureView[Key]) => Record<string, string | undefined>;
  } = {
    kind: (kind) => ({ kind: text(kind, 'learning-curve') }),
    // None at all is something else than the usual ones.
    runIds: (runIds) => ({ runs: runIds?.join(',') }),
    metrics: (metrics) => ({ metrics: metrics?.join(',') }),
    size: (size) => ({ size: text(size, 'double-column') }),
    fontSize: (fontSize) => ({ font: text(fontSize) }),
    height: (height) => ({ height: text(height) }),
    heading: (heading) => ({ heading: heading === undefined ? undefined : heading ? 'yes' : 'no' }),
    title: (title) => ({ title: text(title) }),
    smoothing: (smoothing) => ({ smoothing: text(smoothing, 0) }),
    groupSeeds: (groupSeeds) => ({ seeds: groupSeeds ? undefined : 'apart' }),
    band: (band) => ({ band: text(band, 'standard-error') }),
    range: (range) => ({ from: text(range?.from), to: text(range?.to) }),
    marks: (marks) => ({ marks: text(marks, 'points') }),
    measure: (measure) => ({ measure: text(measure, 'latentDistance') }),
    columns: (columns) => ({ columns: text(columns) }),
    dotsPerInch: (dotsPerInch) => ({ dpi: text(dotsPerInch, 300) }),
  };
  const given = Object.keys(view) as (keyof FigureView)[];
  return Object.assign({}, ...given.map((key) => (write[key] as (value: unknown) => object)(view[key])));
}

/** Address of the page for some figure. */
export function figureAddress(view: Partial<FigureView>): string {
  const given = Object.entries(viewParameters(view)).filter(([, value]) => value !== undefined);
  const query = given.map(([name, value]) => `${name}=${encodeURIComponent(value!).replaceAll('%2C', ',')}`);
  return `#/figures${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** Where a figure of a run is made; undefined where there is nothing to draw yet. */
export function figureOfRun({ id, kind, state }: RunRecord): string | undefined {
  if (kind === 'evaluation') {
    return state.summary && figureAddress({ kind: 'method-comparison', runIds: [id] });
  }
  const isTraining = kind === 'agent' || kind === 'world-model';
  return isTraining && state.step > 0 ? figureAddress({ runIds: [id] }) : undefined;
}
