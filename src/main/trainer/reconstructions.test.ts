import { expect, test } from 'vitest';
import { reconstructionKinds } from '../../shared/reconstruction';
import { Dataset } from '../datasets/dataset';
import { nanoParameters } from '../learning/testing/nano';
import { worldModelShapes } from '../learning/world-model/architecture';
import { fakeWorldModel, recordDataset, temporaryStudio } from '../studio/testing/studio';
import { onnxRuntimeEngine } from '../tensor/onnxruntime-engine';
import { datasetFolder } from './home';
import { encodeReconstruction, readReconstruction } from './reconstruction-artifact';
import { Reconstructions } from './reconstructions';
import { loadWorldModel } from './world-model-runs';

async function pursuit(episodes: number) {
  const registry = await temporaryStudio();
  const id = await recordDataset(registry, 'pursuit', 'expert', episodes);
  const dataset = await Dataset.open(datasetFolder(registry.home, id));
  const { id: run } = await fakeWorldModel(registry, id);
  return { dataset, worldModel: await loadWorldModel(registry.home, run) };
}

const engine = onnxRuntimeEngine({ threads: 1 });
const FRAME = 64 * 64;

test('four sequences of the given episodes are painted, spread over them', async () => {
  const { dataset, worldModel } = await pursuit(3);
  const reconstructions = (await Reconstructions.create(engine, worldModel, dataset, [0, 2]))!;
  const film = await reconstructions.paint(worldModel.parameters, 60);
  expect(film).toMatchObject({ step: 60, sequences: 4, time: 20, context: 5, frameShape: [64, 64, 1] });
  expect(new Set(film.episodes)).toEqual(new Set([0, 2]));
  for (const [sequence, episode] of film.episodes.entries()) {
    const expected = new Uint8Array(20 * FRAME);
    await dataset.copyObservations(dataset.episodes[episode]!.start + film.starts[sequence]!, 20, expected);
    const input = film.frames.input.subarray(sequence * 20 * FRAME, (sequence + 1) * 20 * FRAME);
    expect(Buffer.compare(input, expected), `sequence ${sequence}`).toBe(0);
  }
  for (const kind of reconstructionKinds)
    expect(
      film.errors[kind].every((error) => error > 0),
      kind,
    ).toBe(true);

  // Always the same picture of the same parameters, another one of others.
  expect(await reconstructions.paint(worldModel.parameters, 60)).toEqual(film);
  const others = nanoParameters(worldModelShapes(worldModel.architecture));
  const other = await reconstructions.paint(others, 80);
  expect(Buffer.compare(other.frames.posterior, film.frames.posterior)).not.toBe(0);
  expect(other.frames.input).toEqual(film.frames.input);
  await reconstructions.dispose();

  const bytes = Buffer.concat(encodeReconstruction(film));
  expect(readReconstruction(bytes, 'file')).toEqual(film);
  expect(() => readReconstruction(bytes.subarray(0, -1), 'file')).toThrow('file is not a sound');
});

test('a file of another kind is refused with what is wrong', () => {
  const film = {
    ...{ step: 1, sequences: 1, time: 2, context: 1, frameShape: [1, 1, 1] as const },
    ...{ episodes: Int32Array.of(0), starts: Int32Array.of(0) },
    frames: Object.fromEntries(['input', ...reconstructionKinds].map((kind) => [kind, new Uint8Array(2)])),
    errors: Object.fromEntries(reconstructionKinds.map((kind) => [kind, new Float32Array(2)])),
  } as unknown as Parameters<typeof encodeReconstruction>[0];
  const without = { ...film, frames: { ...film.frames, prior: new Uint8Array(0) } };
  expect(() => encodeReconstruction(without)).toThrow('Tensor prior');
  const { prior: _, ...errors } = film.errors;
  const bytes = Buffer.concat(encodeReconstruction({ ...film, errors: errors as typeof film.errors }));
  expect(() => readReconstruction(bytes, 'some.safetensors')).toThrow(
    /priorError is missing or has another form.*some\.safetensors/,
  );
});
