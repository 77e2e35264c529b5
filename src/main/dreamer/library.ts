import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ExpertChoice } from '../../shared/dreams';
import { StudioError } from '../../shared/errors';
import { Dataset } from '../datasets/dataset';
import { METADATA_FILE } from '../datasets/metadata';
import { loadAgent, type TrainedAgent } from '../trainer/agent-runs';
import { listCheckpointFolders } from '../trainer/checkpoint-folders';
import { encodeSteps, type EpisodeSteps } from '../trainer/encode-steps';
import { datasetFolder, runFolder } from '../trainer/home';
import { loadWorldModel, requireReadable, type TrainedWorldModel } from '../trainer/world-model-runs';
import { encoder, modelKey, type Programs } from './programs';
import { RecentlyUsed } from './recently-used';

/** Enough for the episodes at hand. */
const datasetCacheBytes = 64 * 2 ** 20;
/** Posterior samples of experts are those that agents are trained with. */
const expertSeed = 0;

/** What is read from the studio's home, kept in memory while it is used. */
export class Library {
  readonly home: string;
  readonly #datasets: RecentlyUsed<Dataset>;
  readonly #worldModels: RecentlyUsed<TrainedWorldModel>;
  readonly #agents: RecentlyUsed<TrainedAgent>;
  readonly #latents: RecentlyUsed<Float32Array>;

  /** @param capacityBytes of each kind of thing */
  constructor(home: string, capacityBytes: number) {
    this.home = home;
    const ofParameters = { capacityBytes, sizeOf: parameterBytes };
    this.#datasets = new RecentlyUsed({ capacityBytes, sizeOf: datasetBytes });
    this.#worldModels = new RecentlyUsed<TrainedWorldModel>(ofParameters);
    this.#agents = new RecentlyUsed<TrainedAgent>(ofParameters);
    this.#latents = new RecentlyUsed({ capacityBytes, sizeOf: ({ byteLength }) => byteLength });
  }

  /** The dataset of an expert's episode, as it is now. Throws StudioError if there is no such episode. */
  async expert({ dataset: id, episode }: ExpertChoice): Promise<Dataset> {
    const folder = datasetFolder(this.home, id);
    // Where there is none, opening says what is wrong.
    const changed = (await stat(join(folder, METADATA_FILE)).catch(() => undefined))?.mtimeMs ?? 0;
    const open = (): Promise<Dataset> => Dataset.open(folder, { cacheBytes: datasetCacheBytes });
    const dataset = await this.#datasets.use(`${id}@${changed}`, open, itself);
    if (dataset.episodes[episode]) return dataset;
    throw new StudioError(
      `Dataset ${id} has ${dataset.episodes.length} episodes, and none of number ${episode}: choose another one.`,
    );
  }

  worldModel(runId: string): Promise<TrainedWorldModel> {
    const load = (): Promise<TrainedWorldModel> => loadWorldModel(this.home, runId);
    return this.#worldModels.use(this.#newest(runId), load, itself);
  }

  agent(runId: string): Promise<TrainedAgent> {
    const load = (): Promise<TrainedAgent> =>
      loadAgent(this.home, runId, (worldModelRun) => this.worldModel(worldModelRun));
    return this.#agents.use(this.#newest(runId), load, itself);
  }

  /** Latents `[length, h + z]` of the expert's episode, each with context from its start. */
  async expertLatents(
    programs: Programs,
    worldModel: TrainedWorldModel,
    dataset: Dataset,
    episode: number,
  ): Promise<Float32Array> {
    requireReadable(dataset, worldModel);
    const { length } = dataset.episodes[episode]!;
    const key = [dataset.metadata.contentHash, episode, modelKey(worldModel)].join(' ');
    const encode = (): Promise<Float32Array> =>
      this.readContext(programs, worldModel, dataset, { episode, from: 0, to: length });
    return this.#latents.use(key, encode, itself);
  }

  /** Latents of steps of the expert's episode, read from a zero state, with the same noise. */
  async readContext(
    programs: Programs,
    worldModel: TrainedWorldModel,
    dataset: Dataset,
    steps: EpisodeSteps,
  ): Promise<Float32Array> {
    const [latents] = await programs.use(encoder(worldModel), (program) =>
      encodeSteps(program, worldModel, dataset, [steps], expertSeed),
    );
    return latents!;
  }

  /** A name for the run as its newest checkpoint has it: a training that goes on is read anew. */
  #newest(runId: string): string {
    const newest = listCheckpointFolders(runFolder(this.home, runId)).at(-1);
    return `${runId} ${newest && basename(newest)}`;
  }
}

const itself = <Value>(value: Value): Value => value;

const parameterBytes = ({ parameters }: { parameters: Record<string, Float32Array> }): number =>
  Object.values(parameters).reduce((sum, { byteLength }) => sum + byteLength, 0);

/** The chunks of frames that it may keep, and what it knows of every step. */
const datasetBytes = ({ steps }: Dataset): number => datasetCacheBytes + steps * 16;
