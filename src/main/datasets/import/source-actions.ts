import type { ActionKind, Actions } from '../../../shared/actions';
import { StudioError } from '../../../shared/errors';
import { numbersOf, type NpyArray } from './npy';

/** The actions of one file, as the studio keeps them. */
export interface SourceActions {
  kind: ActionKind;
  /** `[steps]` indices, -1 where nothing was done yet (a row of zeros in a one-hot array); or `[steps, components]` as they lie there. */
  values: Actions;
  steps: number;
  /** Numbers of one action in `values`. */
  width: number;
  /** Discrete ones that lie there as rows of zeros with one 1. */
  oneHot: boolean;
  /** Columns of a one-hot array, one more than the largest index, or components. */
  count: number;
}

const LARGEST_INDEX = 4095;

/** Whole numbers and one-hot rows are discrete actions, all else continuous ones, of any range. `what` names the file in messages. */
export function actionsOf(array: NpyArray, what: string): SourceActions {
  const { shape } = array;
  const [steps, columns = 1] = shape;
  if (steps === undefined || shape.length > 2) {
    throw new StudioError(
      `The actions of ${what} have shape (${shape.join(', ')}): export whole numbers from 0, one-hot rows, or rows of components.`,
    );
  }
  const values = numbersOf(array);
  return (columns === 1 ? indicesOf(values) : oneHotOf(values, steps, columns)) ?? components();

  function components(): SourceActions {
    const infinite = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
    if (infinite >= 0) {
      throw new StudioError(
        `The actions of ${what} include ${values[infinite]} (step ${Math.floor(infinite / columns)}): export whole numbers from 0, one-hot rows, or finite components.`,
      );
    }
    const kept = Float32Array.from(values);
    return {
      kind: 'continuous',
      values: kept,
      steps: steps!,
      width: columns,
      oneHot: false,
      count: columns,
    };
  }
}

function indicesOf(values: Float64Array): SourceActions | undefined {
  if (!values.every((value) => Number.isInteger(value) && value >= -1 && value <= LARGEST_INDEX)) return;
  const count = values.reduce((most, index) => Math.max(most, index), 0) + 1;
  return discrete(Int32Array.from(values), false, count);
}

function oneHotOf(values: Float64Array, steps: number, columns: number): SourceActions | undefined {
  const indices = new Int32Array(steps);
  for (let row = 0; row < steps; row++) {
    const entries = values.subarray(row * columns, (row + 1) * columns);
    const ones = entries.filter((value) => value === 1).length;
    const zeros = entries.filter((value) => value === 0).length;
    if (ones > 1 || ones + zeros !== columns) return;
    indices[row] = entries.indexOf(1);
  }
  return discrete(indices, true, columns);
}

const discrete = (indices: Int32Array, oneHot: boolean, count: number): SourceActions => ({
  ...{ kind: 'discrete', values: indices, steps: indices.length, width: 1, oneHot, count },
});

/** The actions of steps `[from, to)`. */
export function someActions(actions: SourceActions, from: number, to: number): SourceActions {
  const { values, width } = actions;
  const some = values.slice(from * width, to * width);
  return { ...actions, values: some, steps: some.length / width };
}
