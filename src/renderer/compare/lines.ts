import type { Comparison, Curve } from '../../shared/compare';
import type { LineNames } from './line-names';
import type { Band } from './view';

/** What is drawn in one colour: a run, or runs that differ in their seeds alone. */
export interface ChartLine {
  /** Of the first run. */
  readonly key: string;
  readonly runIds: readonly string[];
  readonly label: string;
  /** Place among the series' colours. */
  readonly colour: number;
  /** As smooth as was asked for; of several runs, their mean. */
  readonly main: Curve;
  /** The same as measured, where `main` is smoothed. */
  readonly measured: Curve | null;
  /** Around the mean of several runs, on its steps. */
  readonly band: { readonly low: Float64Array; readonly high: Float64Array } | null;
}

export function linesOf({ runs, groups }: Comparison, band: Band, { label, colour }: LineNames): ChartLine[] {
  const alone = runs.map(({ runId, curve, smoothed }): ChartLine => {
    const [main, measured] = smoothed ? [smoothed, curve] : [curve, null];
    return {
      key: runId,
      runIds: [runId],
      label: label([runId]),
      colour: colour(runId),
      main,
      measured,
      band: null,
    };
  });
  const means = groups.map(
    ({ runIds, steps, mean, standardError, minimum, maximum, measured }): ChartLine => {
      const key = runIds[0]!;
      return {
        ...{ key, runIds, label: label(runIds), colour: colour(key), measured },
        main: { steps, values: mean },
        band:
          band === 'range'
            ? { low: minimum, high: maximum }
            : {
                low: mean.map((value, index) => value - standardError[index]!),
                high: mean.map((value, index) => value + standardError[index]!),
              },
      };
    },
  );
  return [...means, ...alone].sort((one, other) => one.colour - other.colour);
}

/** On the straight line between two points, as it is drawn; undefined outside the curve and in its gaps. */
export function valueAt({ steps, values }: Curve, step: number): number | undefined {
  const next = firstAtOrAfter(steps, step);
  if (next === steps.length) return undefined;
  if (steps[next] === step) return finite(values[next]!);
  if (next === 0) return undefined;
  const [before, after] = [steps[next - 1]!, steps[next]!];
  const share = (step - before) / (after - before);
  return finite(values[next - 1]! + share * (values[next]! - values[next - 1]!));
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** Index of the first step that is not before `step`; the length where there is none. */
export function firstAtOrAfter(steps: Float64Array, step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
