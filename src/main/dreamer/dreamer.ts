import { actionAt } from '../../shared/actions';
import type { Dream, DreamRequest, DreamStep, DreamStepRequest } from '../../shared/dreams';
import type { WorkProgress } from '../../shared/dataset-views';
import { StudioError } from '../../shared/errors';
import { featureSize } from '../learning/world-model/architecture';
import type { Engine } from '../tensor/program';
import { findCast } from './cast';
import { dreamBeside } from './dream';
import { imagine } from './imagine';
import { Library } from './library';
import { Programs } from './programs';

/** Runs trained world models and agents for people to look at. Everything it keeps can be made again. */
export class Dreamer {
  readonly #library: Library;
  readonly #programs: Programs;

  /** @param capacityBytes of compiled programs, and of each kind of thing that they are made of */
  constructor(home: string, engine: Engine, capacityBytes: number) {
    this.#library = new Library(home, capacityBytes);
    this.#programs = new Programs(engine, capacityBytes);
  }

  /** Dreams beside an expert's episode, as progress and then all of them. Throws StudioError for what does not fit. */
  dream(request: DreamRequest, signal: AbortSignal): AsyncGenerator<WorkProgress<Dream[]>> {
    return dreamBeside(this.#library, this.#programs, request, signal);
  }

  /** One step of a dream from given latents, by a person, the agent or the expert. */
  async step({ expert, dreamer, step, latents, action }: DreamStepRequest): Promise<DreamStep> {
    const dataset = await this.#library.expert(expert);
    const cast = await findCast(this.#library, dreamer);
    const { worldModel, agent } = cast;
    const width = featureSize(worldModel.architecture);
    if (latents.length !== width || (action ?? 0) >= worldModel.architecture.actions) {
      throw new StudioError('This dream belongs to another world model: begin it again.');
    }
    if (action !== null && worldModel.architecture.actionKind === 'continuous') {
      throw new StudioError('No key stands for an action that is a vector: this dream can only be watched.');
    }
    const all = await this.#library.expertLatents(this.#programs, worldModel, dataset, expert.episode);
    const { length } = dataset.episodes[expert.episode]!;
    const done =
      step < length ? actionAt(dataset.episodeActions(expert.episode), step, dataset.actionWidth) : undefined;
    const chosen = action ?? (agent ? null : done);
    if (chosen === undefined) {
      throw new StudioError(`The expert's actions end with step ${length - 1}: take over to go further.`);
    }
    const next = step + 1;
    const expertLatents = next < length ? all.subarray(next * width, (next + 1) * width) : undefined;
    const { seed } = dreamer;
    const state = { step, latents, action: chosen, seed, expertLatents };
    return { ...(await imagine(this.#programs, cast, state)), step: next };
  }
}
