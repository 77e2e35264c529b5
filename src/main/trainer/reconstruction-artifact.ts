import { StudioError } from '../../shared/errors';
import { reconstructionKinds, type ReconstructionFilm } from '../../shared/reconstruction';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors';

/** Kind of the artifact, and its file's name. */
export const RECONSTRUCTION = { kind: 'reconstruction', file: 'reconstruction.safetensors' };

/**
 * The file's bytes: uint8 `input`, `posterior`, `prior` and `openLoop` `[sequences, time, height, width, channels]`,
 * float32 `posteriorError`, `priorError` and `openLoopError` `[sequences, time]` in grey levels, int32 `episodes` and
 * `starts` `[sequences]`, `step` and `context` `[1]`.
 */
export function encodeReconstruction(film: ReconstructionFilm): Uint8Array[] {
  return encodeSafetensors(toTensors(film));
}

function toTensors(film: ReconstructionFilm): Record<string, StoredTensor> {
  const { sequences, time, frameShape } = film;
  const frames = Object.entries(film.frames).map(
    ([name, data]) => [name, { shape: [sequences, time, ...frameShape], data }] as const,
  );
  const errors = Object.entries(film.errors).map(
    ([name, data]) => [`${name}Error`, { shape: [sequences, time], data }] as const,
  );
  return {
    ...Object.fromEntries([...frames, ...errors]),
    episodes: { shape: [sequences], data: film.episodes },
    starts: { shape: [sequences], data: film.starts },
    step: { shape: [1], data: Int32Array.of(film.step) },
    context: { shape: [1], data: Int32Array.of(film.context) },
  };
}

/** Reads such a file. Throws StudioError naming `source` if it is something else. */
export function readReconstruction(bytes: Uint8Array, source: string): ReconstructionFilm {
  const tensors = decodeSafetensors(bytes, source);
  const [sequences = 0, time = 0, ...frameShape] = tensors['input']?.shape ?? [];
  const take = <Values extends StoredTensor['data']>(
    name: string,
    shape: readonly number[],
    type: abstract new (...given: never[]) => Values,
  ): Values => {
    const tensor = tensors[name];
    if (tensor?.data instanceof type && tensor.shape.join() === shape.join()) return tensor.data;
    throw unreadable(name, source);
  };
  if (frameShape.length !== 3) throw unreadable('input', source);
  const frames = (name: string) => take(name, [sequences, time, ...frameShape], Uint8Array);
  const kinds = <Value>(read: (kind: string) => Value) =>
    Object.fromEntries(reconstructionKinds.map((kind) => [kind, read(kind)])) as Record<
      (typeof reconstructionKinds)[number],
      Value
    >;
  return {
    ...{ sequences, time, frameShape: frameShape as unknown as ReconstructionFilm['frameShape'] },
    step: take('step', [1], Int32Array)[0]!,
    context: take('context', [1], Int32Array)[0]!,
    episodes: take('episodes', [sequences], Int32Array),
    starts: take('starts', [sequences], Int32Array),
    frames: { input: frames('input'), ...kinds(frames) },
    errors: kinds((kind) => take(`${kind}Error`, [sequences, time], Float32Array)),
  };
}

function unreadable(name: string, source: string): StudioError {
  return new StudioError(
    `This is not a reconstruction that can be shown (${name} is missing or has another form): wait for the training's ` +
      `next one. ${source}`,
  );
}
