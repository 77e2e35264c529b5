import type { FigureFile, FigureFormat } from '../../shared/figures';
import { runLabels } from '../../shared/run-labels';
import { Action } from '../connection/action.svelte';
import { studio } from '../connection/connection.svelte';
import { newestOnly } from '../connection/newest-only';
import { Resource } from '../connection/resource.svelte';
import { saveBytes } from '../save';
import { AddressView } from '../shell/address-view.svelte';
import { defaultMetrics, defaultRuns } from './defaults';
import { requestOf, type FigureQuestion } from './request';
import { readView, viewParameters, type FigureView } from './view';

/** The figure that the page makes: what it is of, how it looks, and its files. To be made while the page is set up. */
export class FigureMaking {
  readonly #address = new AddressView(readView, viewParameters);
  readonly view = $derived(this.#address.value);

  readonly choices = new Resource(() => studio().figures.choices({}), {
    refreshOn: ({ type }) => type === 'run' || type === 'experiment',
  });
  /** Newest first. */
  readonly candidates = $derived(this.choices.value?.[this.view.kind] ?? []);
  readonly labels = $derived(runLabels(this.candidates));
  readonly runIds = $derived.by(() => {
    const { runIds, kind } = this.view;
    if (!this.choices.value) return [];
    return runIds?.filter((id) => this.labels.has(id)) ?? defaultRuns(kind, this.choices.value);
  });

  readonly #curveIds = $derived(this.view.kind === 'learning-curve' ? this.runIds.join(',') : '');
  readonly metrics = new Resource(
    async () =>
      this.#curveIds === '' ? [] : studio().compare.metrics({ runIds: this.#curveIds.split(',') }),
    { refreshOn: (event) => event.type === 'metrics' && this.#curveIds.includes(event.runId) },
  );
  readonly chosenMetrics = $derived(this.view.metrics ?? defaultMetrics(this.metrics.value ?? []));

  readonly request = $derived(requestOf(this.view, this.runIds, this.chosenMetrics));
  /** What is still to be chosen. */
  readonly missing = $derived.by(() => {
    if (this.request || !this.choices.value) return undefined;
    if (this.runIds.length === 0) return 'Choose at least one run.';
    return this.metrics.value ? 'Choose at least one metric.' : undefined;
  });
  /** Equal requests are equal texts: what is drawn already is not drawn again. */
  readonly #question = $derived(JSON.stringify(this.request));
  readonly #draw = newestOnly(async (question: string) => {
    const request = JSON.parse(question) as FigureQuestion;
    return { question, file: await studio().figures.draw({ request, format: 'svg' }) };
  });
  readonly preview = new Resource(
    async (): Promise<{ question: string; file: FigureFile } | null> =>
      this.#question === undefined ? null : this.#draw(this.#question),
    { refreshOn: (event) => event.type === 'metrics' && this.#curveIds.includes(event.runId) },
  );

  readonly save = new Action(async (format: FigureFormat) => {
    const { request, view } = this;
    if (!request) return;
    const shown = this.preview.value;
    const file =
      format === 'svg' && shown?.question === this.#question
        ? shown.file // the very one that the page shows
        : await studio().figures.draw({ request, format, dotsPerInch: view.dotsPerInch });
    saveBytes(file.name, file.bytes, file.mediaType);
  });

  readonly change = (changes: Partial<FigureView>): void => this.#address.change(changes);
}
