import { median } from '../../learning/statistics';

/** One measured training step. */
export interface MeasuredStep {
  /** Floating-point operations. */
  operations: number;
  milliseconds: number;
  /** Where it was measured, e.g. the name of a run. */
  source: string;
}

type Point = Pick<MeasuredStep, 'operations' | 'milliseconds'>;

/** Smallest ratio of two sizes that tells how time grows beyond them. */
const FAR_APART = 4;
/** Larger steps use a machine better, but not without end. */
const SLOWEST_GROWTH = 0.8;

/**
 * Time of a step with so many operations, from measured ones, by a power law: between two of them the one through both;
 * beyond the smallest and the largest the one through these, if they are far enough apart, else in proportion.
 * @param measured at least one
 */
export function interpolateStepTime(measured: readonly MeasuredStep[], operations: number): number {
  const sorted = mediansBySize(measured);
  const above = sorted.find((point) => point.operations >= operations);
  const below = sorted.findLast((point) => point.operations <= operations);
  if (above && below) return follow(below, exponent(below, above), operations);
  return follow((above ?? below)!, growth(sorted), operations);
}

const follow = ({ operations, milliseconds }: Point, exponent: number, wanted: number): number =>
  milliseconds * (wanted / operations) ** exponent;

/** Of the power law through two points; any will do where they are one. */
function exponent(a: Point, b: Point): number {
  return a === b ? 1 : Math.log(b.milliseconds / a.milliseconds) / Math.log(b.operations / a.operations);
}

function growth(sorted: readonly Point[]): number {
  const [smallest, largest] = [sorted[0]!, sorted.at(-1)!];
  if (largest.operations < FAR_APART * smallest.operations) return 1;
  return Math.min(1, Math.max(SLOWEST_GROWTH, exponent(smallest, largest)));
}

/** Smallest first. */
function mediansBySize(measured: readonly MeasuredStep[]): Point[] {
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
  return measured.reduce((best, step) =>
    sizeDistance(step, operations) < sizeDistance(best, operations) ? step : best,
  );
}

/** Natural logarithm of the ratio of two sizes, whichever is larger. */
export const sizeDistance = (step: Point, operations: number): number =>
  Math.abs(Math.log(step.operations / operations));
