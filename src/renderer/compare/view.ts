import { largestSmoothing, maximumComparedRuns } from '../../shared/compare';
import { runIdSchema } from '../../shared/runs';

export const bands = ['standard-error', 'range'] as const;
export type Band = (typeof bands)[number];

/** Steps, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const sortKeys = ['name', 'seed', 'last', 'best', 'minimum', 'maximum', 'atStep'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What the address of the page says; whatever it says wrong, or not, has its default. */
export interface CompareView {
  /** Undefined: the one that says most. */
  readonly metric: string | undefined;
  /** Undefined: all runs that have the metric. */
  readonly runIds: readonly string[] | undefined;
  /** Compared, but not drawn. */
  readonly hidden: readonly string[];
  /** Chosen instead of the runs' own: places among the series' colours, by run. */
  readonly colours: Readonly<Record<string, number>>;
  /** Words that the runs must have. */
  readonly filter: string;
  readonly smoothing: number;
  readonly groupSeeds: boolean;
  readonly band: Band;
  /** Undefined: all steps. */
  readonly range: Range | undefined;
  /** At which the table reads the curves; undefined: the last one. */
  readonly step: number | undefined;
  /** Undefined: better values of the last steps first. */
  readonly sort: SortKey | undefined;
  readonly descending: boolean;
  /** A run that is drawn above the others. */
  readonly focus: string | undefined;
}

export function readView(parameters: URLSearchParams): CompareView {
  const runs = parameters.get('runs');
  const [from, to] = [number(parameters.get('from')), number(parameters.get('to'))];
  const sort = parameters.get('sort')?.replace(/^-/, '');
  return {
    metric: parameters.get('metric') ?? undefined,
    runIds: runs === null ? undefined : ids(runs),
    hidden: ids(parameters.get('hidden') ?? ''),
    colours: readColours(parameters.get('colours') ?? ''),
    filter: parameters.get('filter') ?? '',
    smoothing: Math.min(number(parameters.get('smoothing')) ?? 0, largestSmoothing),
    groupSeeds: parameters.get('seeds') !== 'apart',
    band: bands.find((band) => band === parameters.get('band')) ?? 'standard-error',
    range: from !== undefined && to !== undefined && from < to ? { from, to } : undefined,
    step: number(parameters.get('step')),
    sort: sortKeys.find((key) => key === sort),
    descending: parameters.get('sort')?.startsWith('-') ?? false,
    focus: parameters.get('focus') ?? undefined,
  };
}

/** The parameters that say so; undefined ones are to be left out of the address. */
export function viewParameters(view: Partial<CompareView>): Record<string, string | undefined> {
  const write: {
    [Key in keyof CompareView]: (value: CompareView[Key]) => Record<string, string | undefined>;
  } = {
    metric: (metric) => ({ metric }),
    runIds: (runIds) => ({ runs: runIds?.join(',') }),
    hidden: (hidden) => ({ hidden: hidden.join(',') || undefined }),
    colours: (colours) => ({
      colours:
        Object.entries(colours)
          .map(([id, colour]) => `${id}:${colour}`)
          .join(',') || undefined,
    }),
    filter: (filter) => ({ filter: filter || undefined }),
    smoothing: (smoothing) => ({ smoothing: smoothing > 0 ? String(smoothing) : undefined }),
    groupSeeds: (groupSeeds) => ({ seeds: groupSeeds ? undefined : 'apart' }),
    band: (band) => ({ band: band === 'standard-error' ? undefined : band }),
    range: (range) => ({ from: range && shortStep(range.from), to: range && shortStep(range.to) }),
    step: (step) => ({ step: step === undefined ? undefined : shortStep(step) }),
    sort: (sort) => ({ sort: sort && (view.descending ? `-${sort}` : sort) }),
    descending: () => ({}),
    focus: (focus) => ({ focus }),
  };
  const given = Object.keys(view) as (keyof CompareView)[];
  return Object.assign({}, ...given.map((key) => (write[key] as (value: unknown) => object)(view[key])));
}

/** Address of the page for some view. */
export function compareAddress(view: Partial<CompareView>): string {
  const given = Object.entries(viewParameters(view)).filter(([, value]) => value !== undefined);
  const query = given.map(
    ([name, value]) => `${name}=${encodeURIComponent(value!).replaceAll(/%2C|%3A/g, decodeURIComponent)}`,
  );
  return `#/compare${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

const ids = (list: string): string[] =>
  [...new Set(list.split(','))]
    .filter((id) => runIdSchema.safeParse(id).success)
    .slice(0, maximumComparedRuns);

const readColours = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split(':'))
      .filter(([id, colour]) => runIdSchema.safeParse(id).success && /^\d{1,3}$/.test(colour ?? ''))
      .map(([id, colour]) => [id, Number(colour)]),
  );

function number(text: string | null): number | undefined {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Steps between whole ones come from zooming; two digits are finer than a pixel. */
const shortStep = (step: number): string => String(Math.round(step * 100) / 100);
