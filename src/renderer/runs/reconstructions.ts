import type { FrameStrip } from '../../shared/dataset-statistics';
import { reconstructionKinds, type ReconstructionFilm } from '../../shared/reconstruction';
import { formatNumber } from '../format';

/** The values of one sequence of `[sequences, time]`. */
export const rowOf = (values: Float32Array, { time }: ReconstructionFilm, sequence: number): Float32Array =>
  values.subarray(sequence * time, (sequence + 1) * time);

/** The frames of one sequence, as a strip. */
export function sequenceFrames(
  film: ReconstructionFilm,
  kind: keyof ReconstructionFilm['frames'],
  sequence: number,
): FrameStrip {
  const { time, frameShape: shape, starts } = film;
  const bytes = time * shape[0] * shape[1] * shape[2];
  return {
    steps: Array.from({ length: time }, (_, step) => starts[sequence]! + step),
    pixels: film.frames[kind].subarray(sequence * bytes, (sequence + 1) * bytes),
    shape: [...shape],
  };
}

/** Places among the series' colours. */
export const reconstructionColours = { posterior: 2, prior: 0, openLoop: 1 };

const names = { posterior: 'posterior', prior: 'prior', openLoop: 'open loop' };

/** The errors in words: their means after the context, where the open loop is on its own. */
export function errorText(film: ReconstructionFilm, sequence: number): string {
  const means = reconstructionKinds.map((kind) => {
    const errors = rowOf(film.errors[kind], film, sequence).subarray(film.context);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    return `${names[kind]} ${formatNumber(Number(mean.toPrecision(3)))}`;
  });
  return `Error after ${film.context} steps of context, in grey levels: ${means.join(', ')}`;
}
