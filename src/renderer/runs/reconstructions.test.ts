import { expect, test } from 'vitest';
import type { ReconstructionFilm } from '../../shared/reconstruction';
import { errorText, rowOf, sequenceFrames } from './reconstructions';

const frames = Uint8Array.from({ length: 2 * 3 * 2 }, (_, index) => index);
const film: ReconstructionFilm = {
  ...{ step: 60, sequences: 2, time: 3, context: 1, frameShape: [1, 2, 1] },
  episodes: Int32Array.of(4, 9),
  starts: Int32Array.of(0, 20),
  frames: { input: frames, posterior: frames, prior: frames, openLoop: frames },
  errors: {
    posterior: Float32Array.of(9, 9, 9, 8, 1, 2),
    prior: Float32Array.of(9, 9, 9, 8, 2, 3),
    openLoop: Float32Array.of(9, 9, 9, 8, 4, 6),
  },
};

test('a sequence has its own frames and steps', () => {
  expect(sequenceFrames(film, 'prior', 1)).toEqual({
    steps: [20, 21, 22],
    pixels: frames.subarray(6),
    shape: [1, 2, 1],
  });
});

test('errors are those of the sequence, in words after the context', () => {
  expect([...rowOf(film.errors.prior, film, 1)]).toEqual([8, 2, 3]);
  expect(errorText(film, 1)).toBe(
    'Error after 1 steps of context, in grey levels: posterior 1.5, prior 2.5, open loop 5',
  );
});
