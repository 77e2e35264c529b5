import { randomGenerator } from '../../shared/random';
import type { Dataset } from './dataset';
import type { Segment, SequencePlan } from './sequence-batch';
import {
  itemAt,
  runningTotals,
  SequenceSampler,
  uniformIndex,
  type SamplerOptions,
} from './sequence-sampler';

/**
 * The released DITTO code's order (`EquiSampler`): all episodes form one ring, cut into `batch` streams at equal
 * distances from an offset that is drawn anew each epoch; a batch takes the next `length` steps of every stream. Rows go
 * on where the last batch's ended, so recurrent state is carried over, except where `startsEpoch` says that the streams
 * jumped; rows cross episode ends, which `isFirst` marks. An epoch leaves out what does not fill a batch; the next
 * epoch's offset shifts which steps those are.
 */
export class StreamSampler extends SequenceSampler {
  /** Running totals of the episodes' steps: positions on the ring. */
  readonly #positions: number[];
  readonly batchesPerEpoch: number;

  constructor(dataset: Dataset, options: SamplerOptions) {
    super(dataset, options);
    this.#positions = runningTotals(this.episodes.map((episode) => episode.length));
    this.batchesPerEpoch = Math.max(1, Math.floor(this.#ring / (options.batch * options.length)));
  }

  /** Steps on the ring. */
  get #ring(): number {
    return this.#positions.at(-1)!;
  }

  protected plan(step: number): SequencePlan {
    const { seed, batch, length } = this.options;
    const epoch = Math.floor(step / this.batchesPerEpoch);
    const turn = step % this.batchesPerEpoch;
    const offset = uniformIndex(randomGenerator(seed, 'sampler', epoch), this.#ring);
    const rows = Array.from({ length: batch }, (_, row) =>
      this.#segments(offset + Math.floor((row * this.#ring) / batch) + turn * length),
    );
    return { rows, startsEpoch: turn === 0 };
  }

  /** `length` steps from a position on the ring, split where one episode follows another. */
  #segments(position: number): Segment[] {
    const segments: Segment[] = [];
    for (let left = this.options.length; left > 0;) {
      const place = position % this.#ring;
      const episode = itemAt(this.#positions, place);
      const { start, length } = this.episodes[episode]!;
      const first = place - this.#positions[episode]!;
      const count = Math.min(left, length - first);
      segments.push({ start: start + first, count });
      position += count;
      left -= count;
    }
    return segments;
  }
}
