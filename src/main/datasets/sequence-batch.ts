import { emptyActions } from '../../shared/actions';
import type { SequenceBatch } from '../../shared/datasets';
import type { Dataset } from './dataset';

/** Consecutive steps of the dataset's flat arrays. */
export interface Segment {
  start: number;
  count: number;
}

/** Where a batch's rows lie; each row's segments add up to the sequence length. */
export interface SequencePlan {
  rows: Segment[][];
  startsEpoch: boolean;
}

/** Reads the planned rows. */
export async function readSequences(
  dataset: Dataset,
  { rows, startsEpoch }: SequencePlan,
  length: number,
): Promise<SequenceBatch> {
  const count = rows.length * length;
  const { frameBytes, actionWidth: width, metadata } = dataset;
  const batch: SequenceBatch = {
    batch: rows.length,
    length,
    observations: new Uint8Array(count * frameBytes),
    actions: emptyActions(metadata, count),
    previousActions: emptyActions(metadata, count),
    isFirst: new Uint8Array(count),
    startsEpoch,
  };
  const copies: Promise<void>[] = [];
  rows.forEach((segments, row) => {
    let position = row * length;
    for (const { start, count: steps } of segments) {
      const end = start + steps;
      copies.push(dataset.copyObservations(start, steps, batch.observations, position * frameBytes));
      batch.actions.set(dataset.actions.subarray(start * width, end * width), position * width);
      batch.previousActions.set(
        dataset.previousActions.subarray(start * width, end * width),
        position * width,
      );
      batch.isFirst.set(dataset.isFirst.subarray(start, end), position);
      position = position + steps;
    }
  });
  await Promise.all(copies);
  return batch;
}
