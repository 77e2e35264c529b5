import { agentMethods, methodTitles } from '../../../shared/configuration/agent';
import { methodColours, seriesStyle, type SeriesStyle } from '../../../shared/palette';
import { runLabels } from '../../../shared/run-labels';
import type { RunRecord } from '../../../shared/runs';

/** The name and the colour of each curve: the same in every panel. */
export class CurveLegend {
  readonly #runs: readonly RunRecord[];
  readonly #labels: Map<string, string>;
  readonly #byMethod: boolean;
  readonly #places: string[] = [];

  constructor(runs: readonly RunRecord[]) {
    this.#runs = runs;
    this.#labels = runLabels(runs);
    const methods = new Set(runs.map(methodOf));
    const names = new Set(runs.map(({ name }) => name));
    // Curves of methods have the methods' colours, if a method is all that tells them apart.
    this.#byMethod = !methods.has(undefined) && names.size === methods.size;
  }

  /** Of the curve of one run, or of runs that differ in their seeds alone. */
  of(runIds: readonly string[]): { label: string; style: SeriesStyle } {
    const run = this.#runs.find(({ id }) => id === runIds[0])!;
    const label = runIds.length > 1 ? `${run.name} (${runIds.length} seeds)` : this.#labels.get(run.id)!;
    const method = methodOf(run);
    const isOnly = this.#runs.filter((other) => methodOf(other) === method).length === runIds.length;
    if (this.#byMethod && method && isOnly) {
      return {
        label: label.replace(run.name, methodTitles[method]),
        style: { colour: methodColours[method], dash: [] },
      };
    }
    if (!this.#places.includes(run.id)) this.#places.push(run.id);
    return { label, style: seriesStyle(this.#places.indexOf(run.id)) };
  }
}

const methodOf = ({ kind, configuration }: RunRecord) =>
  kind === 'agent' ? agentMethods.find((method) => method === configuration['method']) : undefined;
