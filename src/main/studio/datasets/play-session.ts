import type { PlayFrame } from '../../../shared/dataset-views';
import type { Episode } from '../../../shared/datasets';
import type {
  DiscreteSpecification,
  DistantEnvironment,
  Environment,
  EnvironmentSpecification,
} from '../../../shared/environment';
import { StudioError } from '../../../shared/errors';
import { openEnvironments, type EnvironmentSource, type OpenEnvironments } from '../../environments/open';
import { Beat } from './beat';

const playFramesPerSecond = 15;

/**
 * An environment that a person plays with the keyboard at a steady pace. An episode waits (`ready`), is played, and has
 * ended; it is then kept or discarded, and the next one waits. The episode's records are as the recorder makes them.
 */
export class PlaySession {
  readonly environment: Environment | DistantEnvironment;
  readonly #opened: OpenEnvironments;
  readonly #specification: DiscreteSpecification;
  readonly #beat = new Beat(playFramesPerSecond);
  readonly #firstSeed: number;
  #episode = 0;
  #state: PlayFrame['state'] = 'ready';
  #end: PlayFrame['end'];
  #pixels: Uint8Array;
  #action: number | null = null;
  #observations: Uint8Array[] = [];
  #actions: number[] = [];
  #rewards: number[] = [];
  #held: number | null = null;
  /** Pressed since the last step: a tap shorter than a step must not be lost. */
  #tapped: number | null = null;
  #return = 0;
  /** Counts changes of what there is to see. */
  #version = 0;
  #wake = (): void => {};

  private constructor(
    opened: OpenEnvironments,
    specification: DiscreteSpecification,
    seed: number,
    pixels: Uint8Array,
  ) {
    this.#opened = opened;
    this.environment = opened.instances[0]!;
    this.#specification = specification;
    this.#firstSeed = seed;
    this.#pixels = pixels;
  }

  /** `seed` is that of the first episode; later ones count up, kept or not. */
  static async open(source: EnvironmentSource, seed: number): Promise<PlaySession> {
    const opened = await openEnvironments(source, 1);
    try {
      const environment = opened.instances[0]!;
      const specification = playable(environment.specification);
      return new PlaySession(opened, specification, seed, await environment.reset(seed));
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** Seed of the present episode. */
  get seed(): number {
    return this.#firstSeed + this.#episode;
  }

  /** The picture whenever it changes, until aborted; then the session is over. */
  async *frames(signal: AbortSignal): AsyncGenerator<PlayFrame> {
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort, { once: true });
    let shown = -1;
    try {
      while (!signal.aborted) {
        if (this.#version !== shown) {
          shown = this.#version;
          yield this.#frame();
        } else if (this.#state === 'playing') {
          await this.#beat.next(signal);
          if (!signal.aborted && this.#state === 'playing') await this.#step();
        } else {
          this.#beat.restart();
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#opened.close();
    }
  }

  /** Which action's key is held now, or none. */
  hold(action: number | null): void {
    if (action !== null && this.#specification.actions[action] === undefined) {
      throw new StudioError(`There is no action ${action} in ${this.#specification.title}.`);
    }
    this.#held = action;
    this.#tapped = action ?? this.#tapped;
  }

  start(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'playing';
    this.#tapped = null;
    this.#changed();
  }

  /** Ends the episode early; it counts as cut. */
  stop(): void {
    if (this.#state !== 'playing') return;
    this.#state = 'ended';
    this.#end = 'stopped';
    this.#changed();
  }

  /** The episode that has ended. */
  takeEpisode(): Episode {
    if (this.#state !== 'ended' || this.#actions.length === 0) {
      throw new StudioError('There is no finished episode to keep: play one to its end first.');
    }
    return {
      observations: Buffer.concat(this.#observations),
      actions: Int32Array.from(this.#actions),
      rewards: Float32Array.from(this.#rewards),
      terminated: this.#end === 'terminated',
      truncated: this.#end !== 'terminated',
    };
  }

  /** Forgets the episode and waits for the next one's start. */
  async advance(): Promise<void> {
    this.#episode++;
    this.#pixels = await this.environment.reset(this.seed);
    this.#state = 'ready';
    this.#end = undefined;
    this.#action = null;
    this.#observations = [];
    this.#actions = [];
    this.#rewards = [];
    this.#return = 0;
    this.#changed();
  }

  async #step(): Promise<void> {
    const action = this.#held ?? this.#tapped ?? this.#specification.idleAction;
    this.#tapped = null;
    const outcome = await this.environment.step(action);
    // It may have been stopped meanwhile.
    if (this.#state !== 'playing') return;
    this.#observations.push(this.#pixels);
    this.#actions.push(action);
    this.#rewards.push(outcome.reward);
    this.#pixels = outcome.observation;
    this.#action = action;
    this.#return += outcome.reward;
    if (outcome.terminated || outcome.truncated) {
      this.#state = 'ended';
      this.#end = outcome.terminated ? 'terminated' : 'truncated';
    }
    this.#changed();
  }

  #changed(): void {
    this.#version++;
    this.#wake();
  }

  #frame(): PlayFrame {
    return {
      episode: this.#episode,
      step: this.#actions.length,
      pixels: this.#pixels,
      action: this.#action,
      return: this.#return,
      state: this.#state,
      ...(this.#end && { end: this.#end }),
      pace: this.#beat.pace,
    };
  }
}

/** Throws StudioError unless keys can play the environment. */
function playable(specification: EnvironmentSpecification): DiscreteSpecification {
  if (specification.actionKind === 'discrete') return specification;
  throw new StudioError(
    `${specification.title} cannot be played by keyboard, because its actions are vectors: record one of its policies.`,
  );
}
