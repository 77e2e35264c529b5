import type { Episode } from '../../../shared/datasets';

/** What `import/fixtures/make_fixtures.py` says that every format holds. */
export function fixtureEpisode(episode: number): Episode {
  const length = [3, 5][episode]!;
  const steps = Array.from({ length }, (_, t) => t);
  return {
    observations: Uint8Array.from({ length: length * 64 * 64 * 3 }, (_, index) => {
      const [t, channel] = [Math.floor(index / (64 * 64 * 3)), index % 3];
      return 40 * episode + 10 * t + channel;
    }),
    actions: Int32Array.from(steps, (t) => (t + 1 + episode) % 4),
    rewards: Float32Array.from(steps, (t) => t + 0.5),
    terminated: episode === 0,
    truncated: episode === 1,
  };
}

/** The same with the continuous actions that the files in `continuous` folders have. */
export function continuousFixtureEpisode(episode: number): Episode {
  const { rewards, ...rest } = fixtureEpisode(episode);
  const vectors = [...rewards.keys()].flatMap((t) => [-0.75 + t / 4, episode]);
  return { ...rest, rewards, actions: Float32Array.from(vectors) };
}
