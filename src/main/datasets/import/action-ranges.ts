import type { SourceActions } from './source-actions';

/** The least and the largest value of one component of a source's actions. */
export interface ComponentRange {
  least: number;
  largest: number;
}

/** Of each component; none of discrete actions. */
export function componentRanges({ kind, values, width }: SourceActions): ComponentRange[] {
  if (kind === 'discrete') return [];
  const ranges = Array.from({ length: width }, () => ({ least: Infinity, largest: -Infinity }));
  values.forEach((value, index) => {
    const range = ranges[index % width]!;
    range.least = Math.min(range.least, value);
    range.largest = Math.max(range.largest, value);
  });
  return ranges;
}

/** Of actions that lie in two places, with as many components. */
export function joinRanges(
  one: readonly ComponentRange[],
  other: readonly ComponentRange[],
): ComponentRange[] {
  return one.map(({ least, largest }, component) => ({
    least: Math.min(least, other[component]!.least),
    largest: Math.max(largest, other[component]!.largest),
  }));
}

/** Components that leave [-1, 1], scaled so that their range fills it; the others as they are. */
export function scaleActions(actions: SourceActions, ranges: readonly ComponentRange[]): SourceActions {
  if (!ranges.some(isOutside)) return actions;
  const values = Float32Array.from(actions.values, (value, index) => {
    const range = ranges[index % actions.width]!;
    if (!isOutside(range)) return value;
    const { least, largest } = range;
    // A component that never changes says nothing.
    return largest > least ? (2 * (value - least)) / (largest - least) - 1 : 0;
  });
  return { ...actions, values };
}

const MOST_NAMED = 20;

/** What that changes, in a sentence; none where it changes nothing. */
export function scalingNotes(ranges: readonly ComponentRange[]): string[] {
  const scaled = ranges.flatMap((range, component) => (isOutside(range) ? [{ ...range, component }] : []));
  if (scaled.length === 0) return [];
  const number = (value: number): string => String(Number(value.toPrecision(6)));
  const named = scaled
    .slice(0, MOST_NAMED)
    .map(
      ({ component, least, largest }) => `component ${component} from ${number(least)} to ${number(largest)}`,
    );
  const more = scaled.length > MOST_NAMED ? [`${scaled.length - MOST_NAMED} more`] : [];
  return [`Actions are scaled to lie between -1 and 1: ${[...named, ...more].join(', ')}.`];
}

const isOutside = ({ least, largest }: ComponentRange): boolean => least < -1 || largest > 1;
