import { LATENT_TABLE, withLatentTable } from '../learning/agents/latent-table';
import type { NamedValues, TensorValues } from '../tensor/program';
import type { TrainStepDefinition } from '../tensor/train-step';
import { allLatents, gatherLatents, type EncodedEpisode, type ExpertWindow } from './expert-latents';

/** 1 GiB, which any GPU has room for beside a training: 165,000 latents of the paper's size. */
const LARGEST_TABLE = 2 ** 28;

/**
 * Where a method's step finds the expert's latents: in a table that lies where the step computes, or, if that were too
 * large, in what is sent with every step.
 */
export class LatentSource {
  private readonly features: number;
  private readonly episodes: readonly EncodedEpisode[];
  private readonly latents: number;
  /** Of each episode in the table; undefined without one. */
  private readonly firstRows: ReadonlyMap<EncodedEpisode, number> | undefined;

  /** @param largestTable in numbers */
  constructor(episodes: readonly EncodedEpisode[], features: number, largestTable = LARGEST_TABLE) {
    this.features = features;
    this.episodes = episodes;
    const firstRows = new Map<EncodedEpisode, number>();
    this.latents = episodes.reduce((row, episode) => {
      firstRows.set(episode, row);
      return row + episode.length;
    }, 0);
    if (this.latents * features <= largestTable) this.firstRows = firstRows;
  }

  /** The step with inputs as `inputs` gives them. */
  read(step: TrainStepDefinition): TrainStepDefinition {
    return this.firstRows ? withLatentTable(step, this.latents) : step;
  }

  /** What the step then has to hold besides. */
  frozen(): NamedValues {
    if (!this.firstRows) return {};
    return { [LATENT_TABLE]: allLatents(this.episodes, this.features, this.features) };
  }

  /** The latents of `length` steps of every window, time leading. */
  inputs(windows: readonly ExpertWindow[], length: number): Record<string, TensorValues> {
    const { firstRows } = this;
    if (!firstRows) return { expertLatents: gatherLatents(windows, length, this.features) };
    const first = windows.map(({ episode, start }) => firstRows.get(episode)! + start);
    const row = (_: unknown, index: number): number =>
      first[index % windows.length]! + Math.floor(index / windows.length);
    return { expertRows: Int32Array.from({ length: length * windows.length }, row) };
  }
}
