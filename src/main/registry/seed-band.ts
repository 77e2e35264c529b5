import type { SeedGroup } from '../../shared/compare';
import type { MetricPoint } from '../../shared/runs';
import { meanAndStandardError } from '../learning/statistics';

/**
 * Mean and spread of several curves at every step that one of them has. A curve counts from its first step to its last,
 * between two points on the line that joins them; a run that stopped early drops out.
 */
export function seedBand(
  curves: readonly { runId: string; points: readonly MetricPoint[] }[],
): Omit<SeedGroup, 'measured'> {
  const finite = curves.map(({ points }) => points.filter(({ value }) => value !== null));
  const steps = Float64Array.from(new Set(finite.flatMap((points) => points.map(({ step }) => step)))).sort();
  const readers = finite.map(onSteps);
  const band = {
    runIds: curves.map(({ runId }) => runId),
    steps,
    mean: new Float64Array(steps.length),
    standardError: new Float64Array(steps.length),
    minimum: new Float64Array(steps.length),
    maximum: new Float64Array(steps.length),
  };
  steps.forEach((step, index) => {
    const values = readers.map((read) => read(step)).filter((value) => value !== undefined);
    const { mean, standardError } = meanAndStandardError(values);
    band.mean[index] = mean;
    band.standardError[index] = standardError;
    band.minimum[index] = Math.min(...values);
    band.maximum[index] = Math.max(...values);
  });
  return band;
}

/** Reads a curve at steps that are asked for in order; undefined outside it. */
function onSteps(points: readonly MetricPoint[]): (step: number) => number | undefined {
  let next = 0;
  return (step) => {
    while (next < points.length && points[next]!.step < step) next++;
    const [before, after] = [points[next - 1], points[next]];
    if (after?.step === step) return after.value!;
    if (before === undefined || after === undefined) return undefined;
    const share = (step - before.step) / (after.step - before.step);
    return before.value! + share * (after.value! - before.value!);
  };
}
