import type { MetricPoint } from '../../shared/runs';

const unitsOfLongCurves = 1000;

/**
 * Steps after which an exponential average keeps `smoothing` of what it was: the mean distance of the curve's points, and
 * of a curve of more than 1,000 points as if it had 1,000, so that the same setting looks the same at any length.
 */
export function smoothingUnit(steps: number, count: number): number {
  return Math.max(1, steps) / Math.max(1, Math.min(unitsOfLongCurves, count) - 1);
}

/**
 * Exponential moving average, s ← d s + (1 - d) x with d = smoothing^(distance in steps / unit), over the sum of its
 * weights, so that it does not begin at zero. It weighs by distance and not by point: points of any spacing, and the
 * means of longer and longer stretches, give the same curve.
 * @param smoothing from 0, which changes nothing, to below 1
 */
export function smooth(points: readonly MetricPoint[], smoothing: number, unit: number): MetricPoint[] {
  if (smoothing === 0) return [...points];
  let sum = 0;
  let weights = 0;
  let previous: number | undefined;
  return points.map(({ step, value }) => {
    if (value === null) return { step, value };
    const kept = smoothing ** ((previous === undefined ? unit : step - previous) / unit);
    sum = kept * sum + (1 - kept) * value;
    weights = kept * weights + (1 - kept);
    previous = step;
    return { step, value: sum / weights };
  });
}
