import { describe, expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import {
  allLatents,
  expertWindows,
  gatherActions,
  gatherLatents,
  type EncodedEpisode,
} from './expert-latents';

const FEATURES = 3;

/** Latents whose elements tell episode, step and feature; actions tell the step. */
function episode(number: number, length: number): EncodedEpisode {
  return {
    episode: number,
    length,
    latents: Float32Array.from({ length: length * FEATURES }, (_, i) => {
      return 100 * number + 10 * Math.floor(i / FEATURES) + (i % FEATURES);
    }),
    actions: Int32Array.from({ length }, (_, step) => 10 * number + step),
  };
}

const episodes = [episode(1, 4), episode(2, 2), episode(3, 3)];

describe('windows', () => {
  test('lie within an episode, wherever one fits', () => {
    const found = expertWindows(episodes, 3).map(({ episode, start }) => [episode.episode, start]);
    expect(found).toEqual([
      [1, 0],
      [1, 1],
      [3, 0],
    ]);
    expect(expertWindows(episodes, 1)).toHaveLength(9);
  });

  test('that fit nowhere are refused in words', () => {
    expect(() => expertWindows(episodes, 5)).toThrow(StudioError);
    expect(() => expertWindows(episodes, 5)).toThrow(/horizon of 5 states \(the longest has 4 steps\)/);
  });

  test('give latents and actions with time leading', () => {
    const windows = [
      { episode: episodes[0]!, start: 1 },
      { episode: episodes[2]!, start: 0 },
    ];
    expect([...gatherLatents(windows, 2, FEATURES)]).toEqual([
      ...[110, 111, 112, 300, 301, 302],
      ...[120, 121, 122, 310, 311, 312],
    ]);
    expect([...gatherActions(windows, 2)]).toEqual([11, 30, 12, 31]);
    expect([...gatherActions(windows, 1)]).toEqual([11, 30]);
  });
});

test('all latents are those of all episodes, cut to what is compared', () => {
  expect([...allLatents(episodes, FEATURES, FEATURES)]).toEqual(
    episodes.flatMap(({ latents }) => [...latents]),
  );
  const cut = allLatents(episodes, FEATURES, 2);
  expect(cut).toHaveLength(9 * 2);
  expect([...cut.subarray(0, 4)]).toEqual([100, 101, 110, 111]);
  expect([...cut.subarray(14)]).toEqual([310, 311, 320, 321]);
});
