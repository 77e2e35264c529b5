import { median } from '../../learning/statistics';

/** One measured training step. */
export interface MeasuredStep {
  /** Floating-point operations. */
  operations: number;
  milliseconds: number;
  /** Where it was measured, e.g. the name of a run. */
  source: string;
}

/**
 * Time of a step with so many operations, from measured ones: between two of them a power law, as larger steps use the
 * machine better; beyond the smallest and the largest, in proportion.
 * @param measured at least one
 */
export function interpolateStepTime(measured: readonly MeasuredStep[], operations: number): number {
  const sorted = mediansBySize(measured);
  const above = sorted.find((point) => point.operations >= operations);
  const below = sorted.findLast((point) => point.operations <= operations);
  if (!above || !below) {
    const end = (above ?? below)!;
    return (end.milliseconds * operations) / end.operations;
  }
  if (above === below) return below.milliseconds;
  const share = Math.log(operations / below.operations) / Math.log(above.operations / below.operations);
  return below.milliseconds * (above.milliseconds / below.milliseconds) ** share;
}

/** Smallest first. */
function mediansBySize(measured: readonly MeasuredStep[]): { operations: number; milliseconds: number }[] {
  const bySize = Map.groupBy(measured, ({ operations }) => operations);
  return [...bySize]
    .map(([operations, steps]) => ({
      operations,
      milliseconds: median(steps.map(({ milliseconds }) => milliseconds)),
    }))
    .sort((a, b) => a.operations - b.operations);
}

/** The measured step whose size is most like this one's. */
export function mostAlike(measured: readonly MeasuredStep[], operations: number): MeasuredStep {
  const distance = (point: MeasuredStep): number => Math.abs(Math.log(point.operations / operations));
  return measured.reduce((best, point) => (distance(point) < distance(best) ? point : best));
}
