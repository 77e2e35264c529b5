/** A run of equal actions: steps `[from, to)`. */
export interface ActionRun {
  action: number;
  from: number;
  to: number;
}

/** Consecutive equal actions together: what is drawn is few rectangles, however long the episode. */
export function actionRuns(actions: Int32Array): ActionRun[] {
  const runs: ActionRun[] = [];
  actions.forEach((action, step) => {
    const last = runs.at(-1);
    if (last?.action === action) last.to = step + 1;
    else runs.push({ action, from: step, to: step + 1 });
  });
  return runs;
}

/** Each component of continuous actions `[length, components]` over time. */
export function componentsOf(actions: Float32Array, components: number): Float32Array[] {
  return Array.from({ length: components }, (_, component) =>
    actions.filter((_value, index) => index % components === component),
  );
}

/**
 * Rewards as they are drawn, or components of actions: for each of `columns`, the largest and the smallest of the steps in it (with zero), so that
 * a single one in a long episode is never left out.
 */
export function rewardColumns(
  rewards: Float32Array,
  columns: number,
): { highest: number[]; lowest: number[] } {
  const highest = new Array<number>(columns).fill(0);
  const lowest = new Array<number>(columns).fill(0);
  rewards.forEach((reward, step) => {
    const first = Math.floor((step * columns) / rewards.length);
    const end = Math.max(first + 1, Math.floor(((step + 1) * columns) / rewards.length));
    for (let column = first; column < end; column++) {
      highest[column] = Math.max(highest[column]!, reward);
      lowest[column] = Math.min(lowest[column]!, reward);
    }
  });
  return { highest, lowest };
}

/** What `rewardColumns` gives as an SVG path: bars from zero, upwards where positive; `scale` becomes 1. */
export function columnBars({ highest, lowest }: ReturnType<typeof rewardColumns>, scale = 1): string {
  const bar = (value: number, index: number): string =>
    value === 0 ? '' : `M${index} 0V${(-value / scale).toFixed(4)}H${index + 1}V0Z`;
  return highest.map((value, index) => bar(value, index) + bar(lowest[index]!, index)).join('');
}

/** Sum of rewards before each step, and after the last: `[length + 1]`. */
export function cumulativeReturns(rewards: Float32Array): Float64Array {
  const sums = new Float64Array(rewards.length + 1);
  rewards.forEach((reward, step) => (sums[step + 1] = sums[step]! + reward));
  return sums;
}
