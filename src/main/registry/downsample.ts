import type { MetricPoint } from '../../shared/runs';

/**
 * At most `maximumPoints` (at least 4) of `count` points: the first, the last, and of equal stretches between them the
 * lowest and the highest, so that no spike disappears. A stretch without a finite value keeps one null: a gap.
 */
export function downsample(
  points: Iterable<MetricPoint>,
  count: number,
  maximumPoints: number,
): MetricPoint[] {
  const limit = Math.max(4, Math.floor(maximumPoints));
  if (count <= limit) return [...points];
  const stretches = Math.floor((limit - 2) / 2);
  const chosen: MetricPoint[] = [];
  let stretch: MetricPoint[] = [];
  let index = 0;
  for (const point of points) {
    const last = index === count - 1;
    if (index === 0 || last) {
      chosen.push(...extremes(stretch), point);
      stretch = [];
    } else {
      stretch.push(point);
      // The stretch that point i of the inner count - 2 belongs to, and whether the next one begins another.
      const inner = count - 2;
      const number = Math.floor(((index - 1) * stretches) / inner);
      if (Math.floor((index * stretches) / inner) !== number) {
        chosen.push(...extremes(stretch));
        stretch = [];
      }
    }
    index++;
  }
  return chosen;
}

/** In order of steps: the lowest and the highest, or one of them where they are the same. */
function extremes(stretch: readonly MetricPoint[]): MetricPoint[] {
  let low: MetricPoint | undefined;
  let high: MetricPoint | undefined;
  for (const point of stretch) {
    if (point.value === null) continue;
    if (low === undefined || point.value < low.value!) low = point;
    if (high === undefined || point.value > high.value!) high = point;
  }
  if (low === undefined || high === undefined) return stretch.slice(0, 1);
  if (low === high) return [low];
  return low.step < high.step ? [low, high] : [high, low];
}
