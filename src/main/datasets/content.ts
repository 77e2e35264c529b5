import { createHash } from 'node:crypto';
import type {
  DatasetMetadata,
  Episode,
  EpisodeSummary,
  Recording,
  RecordingDescription,
} from '../../shared/datasets';
import type { Recorded } from './array-format';

/** What the metadata says about the decoded content, kept up to date episode by episode. */
export type ContentSummary = Pick<DatasetMetadata, 'contentHash' | 'pixelSum' | 'pixelSumOfSquares'>;

/** The bytes of a typed array, without a copy. */
export function bytesOf(array: Int32Array | Float32Array | BigInt64Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function emptyContent({ observationShape, actionKind, actionNames }: Recorded): ContentSummary {
  // Discrete datasets were hashed before there were others.
  const actions = actionKind === 'discrete' ? '' : ` continuous ${actionNames.length}`;
  const contentHash = createHash('sha256')
    .update(`ditto-dataset ${observationShape.join('x')}${actions}`)
    .digest('hex');
  return { contentHash, pixelSum: 0, pixelSumOfSquares: 0 };
}

/**
 * The hash is a chain, `sha256(previous hash, length, observations, actions, rewards, terminated, truncated)`, so it
 * depends neither on chunk sizes nor on how many sittings the recording took, and appending never rereads old data.
 */
export function extendContent(content: ContentSummary, episode: Episode): ContentSummary {
  const contentHash = createHash('sha256')
    .update(content.contentHash, 'hex')
    .update(bytesOf(BigInt64Array.of(BigInt(episode.rewards.length))))
    .update(episode.observations)
    .update(bytesOf(episode.actions))
    .update(bytesOf(episode.rewards))
    .update(Uint8Array.of(Number(episode.terminated), Number(episode.truncated)))
    .digest('hex');
  let { pixelSum, pixelSumOfSquares } = content;
  const { observations } = episode;
  for (let i = 0; i < observations.length; i++) {
    const value = observations[i]!;
    pixelSum += value;
    pixelSumOfSquares += value * value;
  }
  return { contentHash, pixelSum, pixelSumOfSquares };
}

/** Mean and population standard deviation over `pixels` values. */
export function pixelStatistics(
  { pixelSum, pixelSumOfSquares }: ContentSummary,
  pixels: number,
): Pick<DatasetMetadata, 'pixelMean' | 'pixelStandardDeviation'> {
  if (pixels === 0) return { pixelMean: 0, pixelStandardDeviation: 0 };
  const pixelMean = pixelSum / pixels;
  const variance = Math.max(0, pixelSumOfSquares / pixels - pixelMean ** 2);
  return { pixelMean, pixelStandardDeviation: Math.sqrt(variance) };
}

/** Undiscounted return, in double precision. */
export function episodeReturn(rewards: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < rewards.length; i++) sum += rewards[i]!;
  return sum;
}

export function summariseRecording(
  { policy, noise, stickiness, seed }: RecordingDescription,
  episodes: readonly Pick<EpisodeSummary, 'length' | 'return'>[],
): Recording {
  let steps = 0;
  let total = 0;
  let minimumReturn = Infinity;
  let maximumReturn = -Infinity;
  for (const episode of episodes) {
    steps += episode.length;
    total += episode.return;
    minimumReturn = Math.min(minimumReturn, episode.return);
    maximumReturn = Math.max(maximumReturn, episode.return);
  }
  const meanReturn = total / episodes.length;
  return {
    ...{ policy, noise, stickiness, seed, episodes: episodes.length, steps },
    ...{ meanReturn, minimumReturn, maximumReturn },
  };
}
