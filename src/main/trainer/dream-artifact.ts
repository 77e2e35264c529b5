import { randomGenerator } from '../../shared/random';
import type { Dataset } from '../datasets/dataset';
import { heldOutProgram } from '../learning/agents/held-out';
import { featureSize } from '../learning/world-model/architecture';
import { decodeProgram } from '../learning/world-model/encode';
import { roundToBytes } from '../learning/world-model/images';
import { elementCount, type Engine, type NamedValues } from '../tensor/program';
import type { AgentModel } from './agent-runs';
import type { EncodedEpisode } from './expert-latents';
import type { JobContext } from './job-context';
import { encodeSafetensors } from './safetensors';
import { pick } from './tensors';
import type { TrainedWorldModel } from './world-model-runs';

/** States of the dream that is kept, where the episode is long enough. */
const DREAM_LENGTH = 50;
/** Steps that the world model has seen of the episode before it goes on dreaming by itself. */
const CONTEXT = 5;

/**
 * Writes `artifacts/dream.safetensors`: an expert episode and the agent's dream from the same state, step by step.
 * `expertFrames` and `dreamFrames` uint8 `[steps, height, width, channels]`, `expertActions` and `dreamActions`
 * int32, or float32 with components last,
 * `latentDistance` float32 `[steps]` (0 at the shared first state).
 */
export async function writeDreamArtifact(
  context: JobContext,
  engine: Engine,
  worldModel: TrainedWorldModel,
  model: AgentModel,
  policy: NamedValues,
  dataset: Dataset,
  episode: EncodedEpisode,
): Promise<void> {
  const { architecture, pixels } = worldModel;
  const start = Math.min(CONTEXT, Math.max(0, episode.length - 2));
  const steps = Math.min(DREAM_LENGTH, episode.length - start);
  if (steps < 2) return;
  const features = featureSize(architecture);
  const program = await engine.compile(
    heldOutProgram({ ...model, sight: 'latent', batchSize: 1, horizon: steps, architecture, pixels }),
  );
  const own = Object.entries(policy).map(([name, value]) => [`policy/${name}`, value] as const);
  const names = Object.keys(program.definition.state);
  program.writeState(pick({ ...worldModel.parameters, ...Object.fromEntries(own) }, names));
  const expertFrames = new Uint8Array(steps * dataset.frameBytes);
  await dataset.copyObservations(dataset.episodes[episode.episode]!.start + start, steps, expertFrames);
  const random = randomGenerator(0, 'dream');
  const width = dataset.actionWidth;
  const expertActions = episode.actions.slice(start * width, (start + steps) * width);
  const noise = elementCount(program.definition.inputs['actionUniform']!.shape);
  const components = dataset.metadata.actionKind === 'discrete' ? [] : [width];
  const outputs = await program.run({
    expertLatents: episode.latents.slice(start * features, (start + steps) * features),
    expertActions,
    expertFrames,
    priorUniform: random.fillUniform(new Float32Array((steps - 1) * architecture.stochasticVariables)),
    actionUniform: random.fillUniform(new Float32Array(noise)),
  });
  await program.dispose();
  const dreamFrames = await paint(engine, worldModel, outputs['latents'] as Float32Array, steps);
  const latentDistance = new Float32Array(steps);
  latentDistance.set(outputs['latentDistance'] as Float32Array, 1);
  const { observationShape } = dataset.metadata;
  const frames = [steps, ...observationShape];
  const film = encodeSafetensors({
    expertFrames: { shape: frames, data: expertFrames },
    dreamFrames: { shape: frames, data: dreamFrames },
    expertActions: { shape: [steps, ...components], data: expertActions },
    dreamActions: { shape: [steps - 1, ...components], data: outputs['actions']! },
    latentDistance: { shape: [steps], data: latentDistance },
  });
  context.writeArtifact('dream', 'dream.safetensors', film);
}

/** Frames uint8 `[rows, 64, 64, channels]` of model states. */
async function paint(engine: Engine, worldModel: TrainedWorldModel, latents: Float32Array, rows: number) {
  const program = await engine.compile(decodeProgram(worldModel, rows));
  program.writeState(pick(worldModel.parameters, Object.keys(program.definition.state)));
  const { images } = await program.run({ latents });
  await program.dispose();
  return roundToBytes(images as Float32Array);
}
