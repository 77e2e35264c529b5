import { expect, test } from 'vitest';
import type { Dream, DreamChoice } from '../../shared/dreams';
import { StudioError } from '../../shared/errors';
import { Dataset } from '../datasets/dataset';
import type { Registry } from '../registry/registry';
import { fakeAgent, fakeWorldModel, recordDataset, temporaryStudio } from '../studio/testing/studio';
import { onnxRuntimeEngine } from '../tensor/onnxruntime-engine';
import { datasetFolder } from '../trainer/home';
import { Dreamer } from './dreamer';

const capacity = 2 ** 28;
const FRAME = 64 * 64;
const expert = { dataset: 'pursuit', episode: 1 };

async function theatre() {
  const registry = await temporaryStudio();
  await recordDataset(registry, 'pursuit', 'expert', 2);
  const { id: worldModel } = await fakeWorldModel(registry, 'pursuit');
  const dreamer = new Dreamer(registry.home, onnxRuntimeEngine({ threads: 1 }), capacity);
  return { registry, worldModel, dreamer };
}

async function dream(dreamer: Dreamer, dreams: DreamChoice[], of = expert): Promise<Dream[]> {
  for await (const told of dreamer.dream({ expert: of, dreams }, new AbortController().signal)) {
    if (told.type === 'done') return told.result;
  }
  throw new Error('the dream had no end');
}

const openLoop = (worldModel: string): DreamChoice => ({
  ...{ agent: null, worldModel, seed: 1 },
  ...{ start: 8, context: 8, steps: 30 },
});

const datasetOf = (registry: Registry) => Dataset.open(datasetFolder(registry.home, 'pursuit'));

test('an open loop repeats the expert’s actions beside its episode', async () => {
  const { registry, worldModel, dreamer } = await theatre();
  const [film] = await dream(dreamer, [openLoop(worldModel)]);
  expect(film).toMatchObject({ first: 0, context: 8, agent: null, worldModel: { runId: worldModel } });
  expect(film!.frames).toHaveLength(38 * FRAME);
  const { actions } = await (await datasetOf(registry)).episode(1);
  expect([...film!.actions]).toEqual([...actions.subarray(0, 37), -1]);
  // With all the context that the expert's latents have, the dream begins in the expert's own state.
  expect([...film!.latentDistance.subarray(0, 8)].every((distance) => Math.abs(distance) < 1e-6)).toBe(true);
  expect([...film!.latentDistance.subarray(8)].every((distance) => distance > 1e-3)).toBe(true);
});

test('several agents dream at once as each does alone, and seeds differ', async () => {
  const { registry, worldModel, dreamer } = await theatre();
  const { id: ditto } = await fakeAgent(registry, 'ditto', 'pursuit', worldModel);
  const { id: bc } = await fakeAgent(registry, 'bc', 'pursuit');
  const place = { start: 20, context: 5, steps: 25 };
  const choices: DreamChoice[] = [
    { agent: ditto, worldModel: null, seed: 1, ...place },
    { agent: ditto, worldModel: null, seed: 2, ...place, start: 12 },
    { agent: ditto, worldModel, seed: 1, ...place },
    { agent: bc, worldModel, seed: 1, ...place },
  ];
  const films = await dream(dreamer, choices);
  for (const [index, choice] of choices.entries()) {
    const [alone] = await dream(dreamer, [choice]);
    expect(films[index], `dream ${index}`).toEqual(alone);
  }
  expect(films[2]).toEqual(films[0]);
  expect(films[1]!.first).toBe(7);
  expect(films[1]!.actions).not.toEqual(films[0]!.actions);
  expect(films[3]!.agent!.runId).toBe(bc);
  expect(films[3]!.actions).not.toEqual(films[0]!.actions);
});

test('a dream goes on past the end of the expert’s episode, with nothing to be compared with', async () => {
  const { registry, worldModel, dreamer } = await theatre();
  const { id: agent } = await fakeAgent(registry, 'd-bc', 'pursuit', worldModel);
  const { length } = (await datasetOf(registry)).episodes[1]!;
  const [film] = await dream(dreamer, [
    { agent, worldModel: null, seed: 3, start: length - 2, context: 4, steps: 6 },
  ]);
  const compared = [...film!.latentDistance].map((distance) => !Number.isNaN(distance));
  expect(compared).toEqual([true, true, true, true, true, true, false, false, false, false]);
});

test('single steps continue a dream as if it had not been interrupted, until a person takes over', async () => {
  const { registry, worldModel, dreamer } = await theatre();
  const { id: agent } = await fakeAgent(registry, 'ditto', 'pursuit', worldModel);
  const choice: DreamChoice = { agent, worldModel: null, seed: 4, start: 10, context: 10, steps: 12 };
  const [whole] = await dream(dreamer, [choice]);
  const [begun] = await dream(dreamer, [{ ...choice, steps: 5 }]);
  const who = { agent, worldModel: null, seed: 4 };
  const width = begun!.latents.length / 15;
  const last = begun!.latents.slice(14 * width);
  let latents: Float32Array = last;
  for (let step = 14; step < 21; step++) {
    const next = await dreamer.step({ expert, dreamer: who, step, latents, action: null });
    expect(next.step).toBe(step + 1);
    expect(next.action).toBe(whole!.actions[step]);
    expect(next.frame).toEqual(whole!.frames.subarray((step + 1) * FRAME, (step + 2) * FRAME));
    expect(next.latentDistance).toBe(whole!.latentDistance[step + 1]);
    latents = next.latents;
  }
  expect(latents).toEqual(whole!.latents.slice(-width));
  const own = whole!.actions[14]!;
  const other = (own + 1) % 3;
  const from = { expert, dreamer: who, step: 14, latents: last };
  const taken = await dreamer.step({ ...from, action: other });
  expect(taken.action).toBe(other);
  expect(taken.latents).not.toEqual((await dreamer.step({ ...from, action: own })).latents);
});

test('what does not go together is refused with what to do', async () => {
  const { registry, worldModel, dreamer } = await theatre();
  const { id: ditto } = await fakeAgent(registry, 'ditto', 'pursuit', worldModel);
  const { id: bc } = await fakeAgent(registry, 'bc', 'pursuit');
  const { id: other } = await fakeWorldModel(registry, 'pursuit');
  const choice = openLoop(worldModel);
  const { length } = (await datasetOf(registry)).episodes[1]!;
  const refusals: [DreamChoice, RegExp, typeof expert?][] = [
    [{ ...choice, worldModel: null }, /choose a world model/],
    [{ ...choice, agent: bc, worldModel: null }, /sees pixels .* choose a world model/],
    [{ ...choice, agent: ditto, worldModel: other }, /knows only the latents of world model/],
    [{ ...choice, start: length }, /choose a start from 1 to/],
    [{ ...choice, context: 9 }, /choose less context/],
    [{ ...choice, start: length - 3 }, /dream at most 3 steps/],
    [choice, /none of number 9/, { ...expert, episode: 9 }],
    [choice, /missing|no dataset/i, { ...expert, dataset: 'gone' }],
    [{ ...choice, worldModel: ditto }, /choose a run of kind world-model/],
  ];
  for (const [refused, reason, of] of refusals) {
    const failure: unknown = await dream(dreamer, [refused], of).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StudioError);
    expect((failure as Error).message).toMatch(reason);
  }
  const step = { expert, dreamer: choice, step: 3, latents: new Float32Array(3), action: 0 };
  const { agent, worldModel: inside, seed } = choice;
  await expect(dreamer.step({ ...step, dreamer: { agent, worldModel: inside, seed } })).rejects.toThrow(
    /another world model/,
  );
});

test('an abandoned dream ends between two steps', async () => {
  const { worldModel, dreamer } = await theatre();
  const controller = new AbortController();
  const told = dreamer.dream({ expert, dreams: [openLoop(worldModel)] }, controller.signal);
  controller.abort();
  expect(await told.next()).toEqual({ done: true, value: undefined });
});

test('dreams of continuous actions are watched, and stepped, but not taken over', async () => {
  const registry = await temporaryStudio();
  const walker = 'bipedal-walker';
  await recordDataset(registry, walker, 'random', 2);
  const { id: worldModel } = await fakeWorldModel(registry, walker);
  const { id: ditto } = await fakeAgent(registry, 'ditto', walker, worldModel);
  const { id: bc } = await fakeAgent(registry, 'bc', walker);
  const dreamer = new Dreamer(registry.home, onnxRuntimeEngine({ threads: 1 }), capacity);
  const of = { dataset: walker, episode: 1 };
  const place = { seed: 1, start: 8, context: 8, steps: 10 };
  const films = await dream(
    dreamer,
    [
      { agent: null, worldModel, ...place },
      { agent: ditto, worldModel: null, ...place },
      { agent: bc, worldModel, ...place },
    ],
    of,
  );
  const { actions } = await (await Dataset.open(datasetFolder(registry.home, walker))).episode(1);
  const [openLoopFilm, dittoFilm, bcFilm] = films.map((film) => film.actions);
  expect([...openLoopFilm!]).toEqual([...actions.subarray(0, 17 * 4), NaN, NaN, NaN, NaN]);
  for (const film of [dittoFilm!, bcFilm!]) {
    expect(film.subarray(0, 7 * 4)).toEqual(actions.subarray(0, 7 * 4));
    const own = [...film.subarray(7 * 4, 17 * 4)];
    expect(own.every((value) => value >= -1 && value <= 1)).toBe(true);
    expect(own).not.toEqual([...actions.subarray(7 * 4, 17 * 4)]);
  }

  const width = films[1]!.latents.length / 18;
  const step = {
    ...{ expert: of, dreamer: { agent: ditto, worldModel: null, seed: 1 }, step: 12 },
    latents: films[1]!.latents.slice(12 * width, 13 * width),
  };
  const next = await dreamer.step({ ...step, action: null });
  expect(next.action).toEqual(dittoFilm!.slice(12 * 4, 13 * 4));
  await expect(dreamer.step({ ...step, action: 1 })).rejects.toThrow(/can only be watched/);
});
