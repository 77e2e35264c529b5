import type { SequenceBatch } from '../../shared/datasets';
import { randomGenerator } from '../../shared/random';
import type { TensorValues } from '../tensor/program';

/** The inputs that `worldModelTrainStep` and `encodeProgram` share, time leading. */
export function sequenceInputs(
  batch: SequenceBatch,
  noise: { seed: number; stream: string; step: number; variables: number },
): Record<string, TensorValues> {
  const { batch: rows, length } = batch;
  const frame = batch.observations.length / (rows * length);
  const observations = new Uint8Array(batch.observations.length);
  const width = batch.previousActions.length / (rows * length);
  const previousActions = batch.previousActions.slice();
  const isFirst = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    for (let time = 0; time < length; time++) {
      const from = row * length + time;
      const to = time * rows + row;
      observations.set(batch.observations.subarray(from * frame, (from + 1) * frame), to * frame);
      previousActions.set(batch.previousActions.subarray(from * width, (from + 1) * width), to * width);
      // Where the streams jump, the recurrent state of the last batch belongs to somewhere else.
      isFirst[to] = batch.isFirst[from]! || (batch.startsEpoch && time === 0) ? 1 : 0;
    }
  }
  const { seed, stream, step, variables } = noise;
  const uniform = randomGenerator(seed, stream, step).fillUniform(
    new Float32Array(rows * length * variables),
  );
  return { observations, previousActions, isFirst, uniform };
}
