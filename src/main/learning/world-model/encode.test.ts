import { describe, expect, test } from 'vitest';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedValues, Program } from '../../tensor/program';
import { relativeError } from '../../tensor/testing/compare';
import { nanoArchitecture, nanoParameters, nanoPixels, nanoSequences, randomTensor } from '../testing/nano';
import { featureSize } from './architecture';
import { decodeProgram, encodeProgram } from './encode';

const engine = onnxRuntimeEngine({ threads: 1 });
const reader = { architecture: nanoArchitecture, pixels: nanoPixels };
const BATCH = 2;
const width = featureSize(nanoArchitecture);

type Sequences = ReturnType<typeof nanoSequences>;

async function compile(time: number): Promise<Program> {
  const definition = encodeProgram(reader, BATCH, time);
  const program = await engine.compile(definition);
  const isLatent = (name: string): boolean => name === 'deterministic' || name === 'stochastic';
  const entries = Object.entries(definition.state).filter(([name]) => !isLatent(name));
  program.writeState(nanoParameters(Object.fromEntries(entries)));
  return program;
}

async function encode(sequences: Sequences, carried: NamedValues = {}): Promise<Float32Array> {
  const program = await compile(sequences.isFirst.length / BATCH);
  program.writeState(carried);
  const { latents } = await program.run(sequences);
  await program.dispose();
  return latents as Float32Array;
}

/** Steps `from` to `to` of all sequences. */
function steps(sequences: Sequences, from: number, to: number): Sequences {
  const cut = <Values extends Uint8Array | Int32Array | Float32Array>(values: Values): Values => {
    const perStep = values.length / (sequences.isFirst.length / BATCH);
    return values.slice(from * perStep, to * perStep) as Values;
  };
  return {
    observations: cut(sequences.observations),
    previousActions: cut(sequences.previousActions),
    isFirst: cut(sequences.isFirst),
    uniform: cut(sequences.uniform),
  };
}

const latentAt = (latents: Float32Array, time: number, sequence: number): number[] => {
  const row = time * BATCH + sequence;
  return [...latents.subarray(row * width, (row + 1) * width)];
};

/** Everything before step `time` of one sequence replaced: frames, actions and noise. */
function withOtherPast(sequences: Sequences, other: Sequences, time: number, sequence: number): Sequences {
  const changed = { ...sequences };
  const rows = Array.from({ length: time }, (_, t) => t * BATCH + sequence);
  for (const name of ['observations', 'previousActions', 'uniform'] as const) {
    const values = sequences[name].slice();
    const perRow = values.length / sequences.isFirst.length;
    for (const row of rows) {
      values.set(other[name].subarray(row * perRow, (row + 1) * perRow), row * perRow);
    }
    Object.assign(changed, { [name]: values });
  }
  return changed;
}

const carriedState = (stream: string): NamedValues => ({
  deterministic: randomTensor([BATCH, nanoArchitecture.deterministicSize], `${stream}/h`),
  stochastic: randomTensor([BATCH, width - nanoArchitecture.deterministicSize], `${stream}/z`, 0, 1),
});

describe('where an episode starts', () => {
  const START = 3;
  // Sequence 0 starts an episode in the middle, sequence 1 does not.
  const startsInTheMiddle = (t: number, sequence: number): boolean => t === START && sequence === 0;
  const sequences = nanoSequences(6, BATCH, 0, startsInTheMiddle);
  const other = nanoSequences(6, BATCH, 1, startsInTheMiddle);

  test('nothing from before leaks across', async () => {
    const past = withOtherPast(withOtherPast(sequences, other, START, 0), other, START, 1);
    const before = await encode(sequences, carriedState('before'));
    const after = await encode(past, carriedState('after'));
    for (let t = 0; t < 6; t++) {
      if (t >= START) expect(latentAt(after, t, 0), `step ${t}`).toEqual(latentAt(before, t, 0));
      else expect(latentAt(after, t, 0), `step ${t}`).not.toEqual(latentAt(before, t, 0));
      // The sequence that continues remembers.
      expect(latentAt(after, t, 1), `step ${t}`).not.toEqual(latentAt(before, t, 1));
    }
  });

  test('the latent is that of a fresh start', async () => {
    const whole = await encode(sequences, carriedState('before'));
    const fresh = await encode(steps(sequences, START, 6));
    for (let t = START; t < 6; t++) {
      expect(relativeError(latentAt(fresh, t - START, 0), latentAt(whole, t, 0))).toBeLessThan(1e-5);
    }
  });

  test('neighbours in the batch do not meet', async () => {
    const before = await encode(sequences, carriedState('before'));
    const after = await encode(withOtherPast(sequences, other, 6, 1), carriedState('before'));
    for (let t = 0; t < 6; t++) expect(latentAt(after, t, 0)).toEqual(latentAt(before, t, 0));
  });
});

describe('an episode that is read in chunks', () => {
  const sequences = nanoSequences(6, BATCH, 0);

  test('has the latents of one pass', async () => {
    const whole = await encode(sequences);
    const program = await compile(3);
    const first = (await program.run(steps(sequences, 0, 3)))['latents']!;
    const second = (await program.run(steps(sequences, 3, 6)))['latents']!;
    await program.dispose();
    expect(relativeError([...first, ...second], whole)).toBeLessThan(1e-5);
  });

  test('remembers its first frame at its end', async () => {
    const changed = { ...sequences, observations: sequences.observations.slice() };
    changed.observations.fill(0, 0, 64 * 64);
    const [before, after] = [await encode(sequences), await encode(changed)];
    expect(latentAt(after, 5, 0)).not.toEqual(latentAt(before, 5, 0));
    // Read on its own, without the state from before, the end looks different.
    const alone = await encode(steps(sequences, 3, 6));
    expect(latentAt(alone, 2, 0)).not.toEqual(latentAt(before, 5, 0));
  });
});

test('a decoded latent is a picture in grey levels', async () => {
  const program = await engine.compile(decodeProgram(reader, 2));
  const picture = 0.5;
  program.writeState({ 'decoder/3/bias': Float32Array.of(picture) });
  const { images } = await program.run({ latents: randomTensor([2, width], 'latents') });
  expect(images).toHaveLength(2 * 64 * 64);
  expect(new Set(images)).toEqual(new Set([0.5 * 50 + 100]));
  program.writeState({ 'decoder/3/bias': Float32Array.of(1000) });
  expect(new Set((await program.run({ latents: new Float32Array(2 * width) }))['images'])).toEqual(
    new Set([255]),
  );
  await program.dispose();
});
