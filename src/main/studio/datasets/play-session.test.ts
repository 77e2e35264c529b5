import { expect, test } from 'vitest';
import type { PlayFrame } from '../../../shared/dataset-views';
import type { DiscreteSpecification } from '../../../shared/environment';
import { Dataset } from '../../datasets/dataset';
import { createEnvironment } from '../../environments';
import { datasetFolder } from '../../trainer/home';
import { temporaryStudio } from '../testing/studio';
import { Beat } from './beat';
import { keepEpisode } from './keep-episode';
import { PlaySession } from './play-session';
import { previewPolicy } from './preview-policy';

/** Takes frames of a session until one fulfils a condition. */
async function until(
  frames: AsyncGenerator<PlayFrame>,
  found: (frame: PlayFrame) => boolean,
): Promise<PlayFrame> {
  for (;;) {
    const { value, done } = await frames.next();
    if (done) throw new Error('the session ended');
    if (found(value)) return value;
  }
}

test('a person’s episode is recorded as the environment gave it, and kept or discarded', async () => {
  const registry = await temporaryStudio();
  const session = await PlaySession.open({ id: 'rally' }, 40);
  const { actions, idleAction } = session.environment.specification as DiscreteSpecification;
  const controller = new AbortController();
  const frames = session.frames(controller.signal);
  const first = await until(frames, () => true);
  expect(first).toMatchObject({ state: 'ready', episode: 0, step: 0, action: null });
  session.start();
  const moving = (idleAction + 1) % actions.length;
  session.hold(moving);
  await until(frames, ({ step }) => step === 3);
  session.hold(null);
  await until(frames, ({ step }) => step === 6);
  session.stop();
  await until(frames, ({ state }) => state === 'ended');
  const episode = session.takeEpisode();
  expect(episode).toMatchObject({ terminated: false, truncated: true });
  expect(episode.actions.slice(0, 3)).toEqual(Int32Array.of(moving, moving, moving));
  expect(episode.actions.at(-1)).toBe(idleAction);

  const replay = createEnvironment('rally');
  let seen = replay.reset(40);
  const size = seen.length;
  episode.actions.forEach((action, t) => {
    expect(episode.observations.subarray(t * size, (t + 1) * size)).toEqual(Buffer.from(seen));
    const outcome = replay.step(action);
    expect(episode.rewards[t]).toBe(Math.fround(outcome.reward));
    seen = outcome.observation;
  });

  const recording = { environment: replay.specification, datasetId: 'mine', datasetName: 'Mine' };
  await keepEpisode(registry, episode, { ...recording, seed: session.seed });
  await session.advance();
  const next = await until(frames, ({ state }) => state === 'ready');
  expect(next).toMatchObject({ episode: 1, step: 0, return: 0 });
  expect(next.pixels).toEqual(replay.reset(41));
  expect(() => session.takeEpisode()).toThrow(/no finished episode to keep/);
  // Seed 41 is discarded; what is kept after it is a recording of its own.
  for (const seed of [42, 43]) await keepEpisode(registry, episode, { ...recording, seed });
  controller.abort();
  expect((await frames.next()).done).toBe(true);

  const dataset = await Dataset.open(datasetFolder(registry.home, 'mine'));
  expect(await dataset.episode(0)).toEqual({
    ...episode,
    observations: new Uint8Array(episode.observations),
  });
  expect(dataset.metadata.recordings.map(({ policy, seed, episodes }) => [policy, seed, episodes])).toEqual([
    ['person', 40, 1],
    ['person', 42, 2],
  ]);
  expect(registry.getDataset('mine').episodes).toBe(3);
});

test('a tap shorter than a step counts once', async () => {
  const session = await PlaySession.open({ id: 'rally' }, 1);
  const { actions, idleAction } = session.environment.specification as DiscreteSpecification;
  const tapped = (idleAction + 1) % actions.length;
  const frames = session.frames(new AbortController().signal);
  session.start();
  await until(frames, ({ step }) => step === 1);
  session.hold(tapped);
  session.hold(null);
  expect((await until(frames, ({ step }) => step === 2)).action).toBe(tapped);
  expect((await until(frames, ({ step }) => step === 3)).action).toBe(idleAction);
  expect(() => session.hold(99)).toThrow(/no action 99/);
});

test('an episode ends where the environment ends it', async () => {
  const session = await PlaySession.open({ id: 'balance' }, 3);
  const frames = session.frames(new AbortController().signal);
  session.start();
  session.hold(0);
  const last = await until(frames, ({ state }) => state === 'ended');
  expect(last.end).toBe('terminated');
  expect(session.takeEpisode()).toMatchObject({ terminated: true, truncated: false });
});

test('a preview plays what a recording with the same settings records', async () => {
  const request = {
    policy: 'random',
    noisePercent: 0,
    stickyPercent: 0,
    seed: 5,
    framesPerSecond: 200,
  };
  const frames = previewPolicy({ id: 'balance' }, request, new AbortController().signal);
  const first = await until(frames, () => true);
  expect(first.pixels).toEqual(createEnvironment('balance').reset(5));
  const ended = await until(frames, ({ state }) => state === 'ended');
  expect(ended.step).toBeGreaterThan(3);
  const second = await until(frames, ({ episode }) => episode === 1);
  expect(second.pixels).toEqual(createEnvironment('balance').reset(6));
  await frames.return(undefined);
});

test('a beat leaves out what it is too late for, and says so', async () => {
  const { signal } = new AbortController();
  const beat = new Beat(50);
  for (let count = 0; count < 3; count++) await beat.next(signal);
  const { missed } = beat.pace;
  // The whole process stands still for three and a half beats.
  const until = performance.now() + 70;
  while (performance.now() < until);
  await beat.next(signal);
  expect(beat.pace.missed).toBeGreaterThanOrEqual(missed + 2);
  expect(beat.pace.longestMilliseconds).toBeGreaterThanOrEqual(70);
  beat.restart();
  expect(beat.pace.longestMilliseconds).toBe(0);
});
