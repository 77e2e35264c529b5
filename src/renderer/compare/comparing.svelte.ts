import { untrack } from 'svelte';
import { maximumComparedRuns, type Comparison, type StepValue } from '../../shared/compare';
import { describeMetric } from '../../shared/metrics';
import { runLabels } from '../../shared/run-labels';
import { studio } from '../connection/connection.svelte';
import { newestOnly } from '../connection/newest-only';
import { Resource } from '../connection/resource.svelte';
import { router } from '../shell/router.svelte';
import { defaultMetric } from './default-metric';
import { linesOf } from './lines';
import { matches, sortRows, type RunRow } from './rows';
import { readView, viewParameters, type CompareView, type Range } from './view';
import { widthOf } from './zoom';

/** Chromium takes 200 changes of the address in half a minute. */
const addressMilliseconds = 300;
const pointsOfAllLines = 40_000;
const mostPointsOfALine = 2000;
/** Read beyond the edges, so that moving the range shows something at once. */
const margin = 0.25;

/** What the page shows: which runs, of which metric, from which step to which. To be made while the page is set up. */
export class Comparing {
  /** Changes that are not yet in the address. */
  #changes = $state.raw<Partial<CompareView>>({});
  readonly view: CompareView = $derived({ ...readView(router.parameters), ...this.#changes });
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly runs = new Resource(() => studio().runs.list({}), { refreshOn: ({ type }) => type === 'run' });
  /** Oldest first, so that a new run does not change the others' colours. */
  readonly #candidates = $derived.by(() => {
    const all = this.runs.value ?? [];
    const { runIds } = this.view;
    const chosen = runIds ? all.filter(({ id }) => runIds.includes(id)) : all;
    return chosen.slice(0, maximumComparedRuns).reverse();
  });
  readonly #candidateIds = $derived(this.#candidates.map(({ id }) => id).join(','));
  readonly metrics = new Resource(() => studio().compare.metrics({ runIds: split(this.#candidateIds) }), {
    refreshOn: (event) => event.type === 'metrics',
  });
  readonly metric = $derived(this.view.metric ?? defaultMetric(this.metrics.value ?? []));
  readonly description = $derived(describeMetric(this.metric ?? ''));

  readonly table = new Resource(
    async () =>
      this.metric === undefined
        ? []
        : studio().compare.table({ runIds: split(this.#candidateIds), metric: this.metric }),
    { refreshOn: (event) => event.type === 'metrics' && this.#candidateIds.includes(event.runId) },
  );

  readonly #drawnIds = $derived(
    this.#candidates
      .filter((run) => !this.view.hidden.includes(run.id) && matches(run, this.view.filter))
      .map(({ id }) => id)
      .join(','),
  );
  readonly #askCurves = newestOnly(
    (question: Parameters<ReturnType<typeof studio>['compare']['curves']>[0]): Promise<Comparison> =>
      studio().compare.curves(question),
  );
  readonly #range = $derived(this.view.range && wider(this.view.range));
  readonly #smoothing = $derived(this.view.smoothing);
  readonly #groupSeeds = $derived(this.view.groupSeeds);
  readonly curves = new Resource(
    async () => {
      if (this.metric === undefined) return nothing;
      const runIds = split(this.#drawnIds);
      const maximumPoints = Math.round(
        Math.min(mostPointsOfALine, pointsOfAllLines / Math.max(1, runIds.length)),
      );
      return this.#askCurves({
        ...{ runIds, metric: this.metric, maximumPoints },
        ...{ smoothing: this.#smoothing, groupSeeds: this.#groupSeeds },
        ...(this.#range && { range: this.#range }),
      });
    },
    { refreshOn: (event) => event.type === 'metrics' && this.#drawnIds.includes(event.runId) },
  );
  readonly whole: Range | null = $derived(this.curves.value?.range ?? null);

  readonly labels = $derived(runLabels(this.#candidates));
  readonly #colours = $derived.by(() => {
    const rows = this.table.value ?? [];
    const groups = [...new Set(rows.map(({ runId, group }) => (this.view.groupSeeds ? group : runId)))];
    return new Map(
      rows.map(({ runId, group }) => [runId, groups.indexOf(this.view.groupSeeds ? group : runId)]),
    );
  });
  readonly colourOf = (runId: string): number => this.#colours.get(runId) ?? 0;
  readonly #label = (runIds: readonly string[]): string => {
    const first = this.labels.get(runIds[0]!) ?? runIds[0]!;
    if (runIds.length === 1) return first;
    const name = this.#candidates.find(({ id }) => id === runIds[0])?.name ?? first;
    return `${name.replace(/,? seed \d+$/i, '')}, ${runIds.length} seeds`;
  };
  readonly lines = $derived(
    this.curves.value
      ? linesOf(this.curves.value, this.view.band, { label: this.#label, colour: this.colourOf })
      : [],
  );

  /** Where the mouse or the keyboard is on the chart. */
  hovered = $state<number>();
  readonly step = $derived(this.hovered ?? this.view.step ?? this.whole?.to);
  readonly #askAtStep = newestOnly(
    async (question: Parameters<ReturnType<typeof studio>['compare']['atStep']>[0]) => ({
      step: question.step,
      values: await studio().compare.atStep(question),
    }),
  );
  /** What the runs had measured at the step. */
  readonly atStep = new Resource(
    async (): Promise<{ step: number | undefined; values: StepValue[] }> => {
      if (this.metric === undefined || this.step === undefined) return { step: undefined, values: [] };
      return this.#askAtStep({
        ...{ runIds: split(this.#candidateIds), metric: this.metric, step: this.step },
      });
    },
    { refreshOn: (event) => event.type === 'metrics' && this.#candidateIds.includes(event.runId) },
  );
  readonly #valuesAtStep = $derived(
    new Map(this.atStep.value?.values.map(({ runId, value }) => [runId, value ?? undefined])),
  );
  readonly valueAtStep = (runId: string): number | undefined => this.#valuesAtStep.get(runId);

  readonly rows: RunRow[] = $derived.by(() => {
    const byId = new Map(this.#candidates.map((run) => [run.id, run]));
    return (this.table.value ?? []).flatMap((row) => {
      const run = byId.get(row.runId);
      return run ? [{ ...row, run, label: this.labels.get(row.runId) ?? run.name }] : [];
    });
  });
  readonly shownRows = $derived.by(() => {
    const found = this.rows.filter(({ run }) => matches(run, this.view.filter));
    const { sort, descending } = this.view;
    const order = { sort, descending, better: this.description.better };
    // Rows that change places under the mouse could not be read.
    const value = sort === 'atStep' ? this.valueAtStep : () => undefined;
    return sortRows(found, order, value);
  });
  /** Runs to compare that do not have the metric. */
  readonly without = $derived(this.#candidates.length - this.rows.length);
  readonly hasRuns = $derived((this.metrics.value ?? []).length > 0);

  constructor() {
    $effect(() => () => clearTimeout(this.#timer));
  }

  /** Changes what is shown at once, and the address soon after. */
  change(changes: Partial<CompareView>): void {
    this.#changes = { ...this.#changes, ...changes };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#writeAddress(), addressMilliseconds);
  }

  /** Keeps a step to read the curves at, also when the mouse is elsewhere. */
  pin(step: number): void {
    this.hovered = undefined;
    this.change({ step });
  }

  #writeAddress(): void {
    const changes = untrack(() => this.#changes);
    router.setParameters(viewParameters(changes));
    this.#changes = {};
  }
}

const nothing: Comparison = { metric: '', range: null, runs: [], groups: [] };

const split = (ids: string): string[] => (ids === '' ? [] : ids.split(','));

const wider = (range: Range): Range => ({
  from: Math.max(0, range.from - margin * widthOf(range)),
  to: range.to + margin * widthOf(range),
});
