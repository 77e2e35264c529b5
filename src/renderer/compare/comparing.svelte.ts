import { maximumComparedRuns, pointsToDraw, type Comparison, type StepValue } from '../../shared/compare';
import type { StudioEvent } from '../../shared/contract/studio';
import { describeMetric } from '../../shared/metrics';
import { studio } from '../connection/connection.svelte';
import { newestOnly } from '../connection/newest-only';
import { Resource } from '../connection/resource.svelte';
import { AddressView } from '../shell/address-view.svelte';
import { defaultMetric } from './default-metric';
import { nameLines } from './line-names';
import { linesOf } from './lines';
import { matches } from '../runs/matches';
import type { RunRow } from './rows';
import { readView, viewParameters, type CompareView } from './view';
import { rangeToLoad } from './zoom';

type Compare = ReturnType<typeof studio>['compare'];

/** What the page asks the studio, and what comes of the answers. To be made while the page is set up. */
export class Comparing {
  readonly #address = new AddressView(readView, viewParameters);
  readonly view = $derived(this.#address.value);
  readonly change = (changes: Partial<CompareView>): void => this.#address.change(changes);
  // One by one, so that what derives from one is not made anew when another changes.
  readonly #runIds = $derived(this.view.runIds);
  readonly #hidden = $derived(this.view.hidden);
  readonly #filter = $derived(this.view.filter);
  readonly #colours = $derived(this.view.colours);
  readonly #band = $derived(this.view.band);
  readonly #smoothing = $derived(this.view.smoothing);
  readonly #groupSeeds = $derived(this.view.groupSeeds);
  readonly #zoom = $derived(this.view.range);

  readonly #runs = new Resource(() => studio().runs.list({}), { refreshOn: ({ type }) => type === 'run' });
  /** Runs to compare, oldest first. */
  readonly #candidates = $derived.by(() => {
    const all = this.#runs.value ?? [];
    const runIds = this.#runIds;
    const chosen = runIds ? all.filter(({ id }) => runIds.includes(id)) : all;
    return chosen.slice(0, maximumComparedRuns).reverse();
  });
  // Text, unlike a list, is the same where it says the same: then nothing is asked again.
  readonly #candidateIds = $derived(this.#candidates.map(({ id }) => id).join(','));
  readonly #drawnIds = $derived(
    this.#candidates
      .filter((run) => !this.#hidden.includes(run.id) && matches(run, this.#filter))
      .map(({ id }) => id)
      .join(','),
  );
  readonly #measured = (event: StudioEvent): boolean =>
    event.type === 'metrics' && this.#candidateIds.includes(event.runId);

  readonly metrics = new Resource(() => studio().compare.metrics({ runIds: split(this.#candidateIds) }), {
    refreshOn: this.#measured,
  });
  /** Undefined where there is none. */
  readonly metric = $derived(this.view.metric ?? defaultMetric(this.metrics.value ?? []));
  readonly description = $derived(describeMetric(this.metric ?? ''));

  readonly #seedGroups = new Resource(() => studio().compare.groups({ runIds: split(this.#candidateIds) }));
  /** Ids of the runs that share a line. */
  readonly groups = $derived.by(() => {
    const groups = this.#seedGroups.value ?? [];
    return this.#groupSeeds ? groups : groups.flat().map((id) => [id]);
  });

  readonly #from = $derived(this.#zoom && rangeToLoad(this.#zoom).from);
  readonly #to = $derived(this.#zoom && rangeToLoad(this.#zoom).to);
  readonly #askCurves = newestOnly((question: Parameters<Compare['curves']>[0]) =>
    studio().compare.curves(question),
  );
  readonly curves = new Resource(
    async (): Promise<Comparison> => {
      const { metric } = this;
      if (metric === undefined) return { metric: '', range: null, runs: [], groups: [] };
      const [from, to] = [this.#from, this.#to];
      const runIds = split(this.#drawnIds);
      return this.#askCurves({
        ...{ runIds, metric, maximumPoints: pointsToDraw(runIds.length) },
        ...{ smoothing: this.#smoothing, groupSeeds: this.#groupSeeds },
        ...(from !== undefined && to !== undefined && { range: { from, to } }),
      });
    },
    { refreshOn: this.#measured },
  );
  /** From the first step of all that is drawn to the last. */
  readonly whole = $derived(this.curves.value?.range ?? null);

  readonly names = $derived(nameLines(this.#candidates, this.groups, this.#colours));
  readonly lines = $derived(this.curves.value ? linesOf(this.curves.value, this.#band, this.names) : []);
  readonly table = new Resource(
    async () => {
      const { metric } = this;
      if (metric === undefined) return [];
      return studio().compare.table({ runIds: split(this.#candidateIds), metric });
    },
    { refreshOn: this.#measured },
  );
  readonly rows: RunRow[] = $derived.by(() => {
    const byId = new Map(this.#candidates.map((run) => [run.id, run]));
    return (this.table.value ?? []).flatMap((row) => {
      const run = byId.get(row.runId);
      return run ? [{ ...row, run, label: this.names.label([run.id]) }] : [];
    });
  });
  /** How many of the runs do not have the metric. */
  readonly without = $derived(this.#candidates.length - this.rows.length);

  /** Where the mouse is on the chart. */
  hovered = $state<number>();
  /** By the mouse or the keyboard; undefined: curves are read at their end. */
  readonly chosenStep = $derived(this.hovered ?? this.view.step);
  readonly step = $derived(this.chosenStep ?? this.whole?.to);
  readonly #askAtStep = newestOnly((question: Parameters<Compare['atStep']>[0]) =>
    studio().compare.atStep(question),
  );
  readonly #stepValues = new Resource(
    async (): Promise<StepValue[]> => {
      const { metric, step } = this;
      if (metric === undefined || step === undefined) return [];
      return this.#askAtStep({ runIds: split(this.#candidateIds), metric, step });
    },
    { refreshOn: this.#measured },
  );
  readonly #atStep = $derived(
    new Map(this.#stepValues.value?.map(({ runId, value }) => [runId, value ?? undefined])),
  );
  /** What a run had measured at the step. */
  readonly valueAtStep = (runId: string): number | undefined => this.#atStep.get(runId);
}

const split = (ids: string): string[] => (ids === '' ? [] : ids.split(','));
