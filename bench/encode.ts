import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseConfiguration } from '../src/shared/configuration/field';
import { findPreset } from '../src/shared/configuration/presets';
import { worldModelConfiguration } from '../src/shared/configuration/world-model';
import { randomGenerator } from '../src/shared/random';
import { Dataset } from '../src/main/datasets/dataset';
import { initializeParameters } from '../src/main/learning/initialization';
import { median } from '../src/main/learning/statistics';
import { worldModelShapes } from '../src/main/learning/world-model/architecture';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { selectEngine } from '../src/main/tensor/engines';
import { elementCount, type Engine, type Program, type TensorValues } from '../src/main/tensor/program';
import { compileEncoder } from '../src/main/trainer/encode-steps';
import { encodeEpisodes } from '../src/main/trainer/expert-latents';
import type { StoredTensor } from '../src/main/trainer/safetensors';
import { defineWorldModel } from '../src/main/trainer/world-model-definition';
import type { TrainedWorldModel } from '../src/main/trainer/world-model-runs';
import { describeMachine, describeVersions } from './machine';
import type { PeerMode, PeerSettings } from './peer';
import { recordDataset } from './record-dataset';
import { startPeer } from './start-peer';
import { inTemporaryFolder } from './temporary-folder';

export interface EncodeBenchOptions {
  preset: string;
  episodes: number;
  engine: string;
  peer?: PeerMode | 'fastest';
  peerDevice: PeerSettings['device'];
  threads?: number;
}

/** Encoding an expert set: frames per second, medians of rounds that take turns. */
export interface EncodeReport {
  preset: string;
  engine: string;
  frames: number;
  /** As agents' trainings encode, from a dataset that nothing was read of before. */
  framesPerSecond: number;
  /** Of the compiled step alone, on one chunk of frames over and over. */
  bareFramesPerSecond: number;
  /** Of the bare rate. */
  share: number;
  peerFramesPerSecond: number | null;
  /** The peer's rate over that of the real path: below 1 we are faster. */
  ratio: number | null;
  /** Of the mean latent of a chunk, relative. */
  latentDifference: number | null;
  peerMode: PeerMode | null;
  peerDevice: string | null;
  threads: number;
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const ROUNDS = 3;
/** Both runtimes' threads go on spinning for a moment. */
const PAUSE_MS = 20;

export function benchEncode(options: EncodeBenchOptions): Promise<EncodeReport> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'dataset');
    await recordDataset(path, options.episodes);
    return timeEncoding(path, options);
  });
}

async function timeEncoding(path: string, options: EncodeBenchOptions): Promise<EncodeReport> {
  const threads = options.threads ?? availableParallelism();
  const engine = await selectEngine(options.engine, { threads });
  const worldModel = untrainedWorldModel(options.preset, await Dataset.open(path));
  const encoder = await compileEncoder(engine, worldModel);
  const chunk = someChunk(encoder);
  const { architecture, pixels } = worldModel;
  const { peer, stop } = await startPeer(options.peer, {
    ...{ training: 'encode', definition: { architecture, pixels }, threads, device: options.peerDevice },
    tensors: storedTensors(encoder, worldModel, chunk),
  });
  try {
    const { latents } = await encoder.run(chunk);
    const peerMean = peer && (await peer.step()).loss;
    const perChunk = elementCount(encoder.definition.inputs['isFirst']!.shape);
    const otherLoad = watchOtherLoad();
    const rates = { real: [] as number[], bare: [] as number[], peer: [] as number[] };
    let frames = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const real = await encodeAll(engine, worldModel, path);
      frames = real.frames;
      rates.real.push(real.framesPerSecond);
      await setTimeout(PAUSE_MS);
      const chunks = Math.ceil(frames / perChunk);
      const measure = async (step: () => Promise<unknown>): Promise<number> => {
        const begin = performance.now();
        for (let index = 0; index < chunks; index++) await step();
        return (1000 * chunks * perChunk) / (performance.now() - begin);
      };
      rates.bare.push(await measure(() => encoder.run(chunk)));
      await setTimeout(PAUSE_MS);
      if (peer) rates.peer.push(await measure(() => peer.step()));
      await setTimeout(PAUSE_MS);
    }
    await encoder.dispose();
    const [framesPerSecond, bareFramesPerSecond] = [median(rates.real), median(rates.bare)];
    const peerFramesPerSecond = peer ? median(rates.peer) : null;
    return {
      ...{ preset: options.preset, engine: engine.id, frames, framesPerSecond, bareFramesPerSecond },
      share: framesPerSecond / bareFramesPerSecond,
      peerFramesPerSecond,
      ratio: peerFramesPerSecond === null ? null : peerFramesPerSecond / framesPerSecond,
      latentDifference: peerMean === null ? null : Math.abs(mean(latents!) / peerMean - 1),
      ...{ peerMode: peer?.mode ?? null, peerDevice: peer?.device ?? null, threads },
      otherLoad: otherLoad(0),
      machine: describeMachine(),
      versions: { ...describeVersions(), ...(peer ? { torch: peer.version } : {}) },
    };
  } finally {
    await stop();
  }
}

/** All episodes but the first, during which the program is compiled. */
async function encodeAll(engine: Engine, worldModel: TrainedWorldModel, path: string) {
  const dataset = await Dataset.open(path);
  const episodes = dataset.episodes.map((_, index) => index);
  let begin = 0;
  const encoded = await encodeEpisodes(engine, worldModel, dataset, episodes, 0, (done) => {
    if (done === 1) begin = performance.now();
  });
  const seconds = (performance.now() - begin) / 1000;
  const frames = encoded.slice(1).reduce((sum, { length }) => sum + length, 0);
  return { frames, framesPerSecond: frames / seconds };
}

function untrainedWorldModel(preset: string, { metadata }: Dataset): TrainedWorldModel {
  const configuration = parseConfiguration(worldModelConfiguration, findPreset(preset).worldModel);
  const { architecture, pixels } = defineWorldModel(configuration, metadata);
  return {
    ...{ runId: 'bench', environment: metadata.environment, checkpointStep: 0, architecture, pixels },
    parameters: initializeParameters(worldModelShapes(architecture), 0),
  };
}

/** A chunk of noise that starts an episode. */
function someChunk({ definition: { inputs } }: Program): Record<string, TensorValues> {
  const random = randomGenerator(0, 'bench');
  const size = (name: string): number => elementCount(inputs[name]!.shape);
  return {
    observations: Uint8Array.from({ length: size('observations') }, () => random.integer(256)),
    previousActions: new Int32Array(size('previousActions')).fill(-1),
    isFirst: new Float32Array(size('isFirst')).fill(1, 0, 1),
    uniform: random.fillUniform(new Float32Array(size('uniform'))),
  };
}

function storedTensors(
  { definition: { state, inputs } }: Program,
  { parameters }: TrainedWorldModel,
  chunk: Record<string, TensorValues>,
): Record<string, StoredTensor> {
  const weights = Object.keys(state).filter((name) => name in parameters);
  return Object.fromEntries<StoredTensor>([
    ...weights.map(
      (name) => [`parameters/${name}`, { shape: state[name]!, data: parameters[name]! }] as const,
    ),
    ...Object.entries(chunk).map(
      ([name, data]) => [`inputs/${name}`, { shape: inputs[name]!.shape, data }] as const,
    ),
  ]);
}

const mean = (values: ArrayLike<number>): number => {
  const numbers = Array.from(values);
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
};
