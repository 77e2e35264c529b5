import { actionAt, type Action } from '../../shared/actions';
import type { Dream, DreamerChoice, DreamStep } from '../../shared/dreams';

/** A dream as the theatre shows it: it may be cut and go on another way. */
export class Take {
  readonly title: string;
  /** Index of its colour. */
  readonly colour: number;
  readonly dreamer: DreamerChoice;
  /** Environment step of the first row. */
  readonly first: number;
  /** Rows that were seen, not imagined. */
  readonly context: number;
  /** Rows that there are. */
  length = $state(0);
  readonly #frames: Uint8Array[] = [];
  readonly #latents: Float32Array[] = [];
  readonly #distances: number[] = [];
  /** Taken after each row: one less than rows. */
  readonly #actions: Action[] = [];

  constructor(about: Pick<Take, 'title' | 'colour' | 'dreamer' | 'first' | 'context'>) {
    this.title = about.title;
    this.colour = about.colour;
    this.dreamer = about.dreamer;
    this.first = about.first;
    this.context = about.context;
  }

  static of(dream: Dream, about: Pick<Take, 'title' | 'colour' | 'dreamer'>): Take {
    const take = new Take({ ...about, first: dream.first, context: dream.context });
    const rows = dream.latentDistance.length;
    const row = <Values extends Uint8Array | Float32Array>(values: Values, index: number): Values => {
      const width = values.length / rows;
      return values.subarray(index * width, (index + 1) * width) as Values;
    };
    for (let index = 0; index < rows; index++) {
      if (index > 0) take.#actions.push(actionAt(dream.actions, index - 1, dream.actions.length / rows));
      take.#frames.push(row(dream.frames, index));
      take.#latents.push(row(dream.latents, index));
      take.#distances.push(dream.latentDistance[index]!);
    }
    take.length = rows;
    return take;
  }

  /** The last step that there is. */
  get last(): number {
    return this.first + this.length - 1;
  }

  /** The first imagined step. */
  get start(): number {
    return this.first + this.context;
  }

  frame(step: number): Uint8Array | undefined {
    return this.#at(this.#frames, step);
  }

  latents(step: number): Float32Array | undefined {
    return this.#at(this.#latents, step);
  }

  /** L_d of eq. 8; NaN where there is no expert any more. */
  distance(step: number): number | undefined {
    return this.#at(this.#distances, step);
  }

  /** What was done after a step. */
  action(step: number): Action | undefined {
    return this.#at(this.#actions, step);
  }

  /** The same up to a step, to go on differently. */
  until(step: number, about: Pick<Take, 'title' | 'colour'>): Take {
    const { dreamer, first, context } = this;
    const take = new Take({ ...about, dreamer, first, context });
    const rows = Math.max(0, Math.min(this.length, step - first + 1));
    take.#frames.push(...this.#frames.slice(0, rows));
    take.#latents.push(...this.#latents.slice(0, rows));
    take.#distances.push(...this.#distances.slice(0, rows));
    take.#actions.push(...this.#actions.slice(0, Math.max(0, rows - 1)));
    take.length = rows;
    return take;
  }

  append({ action, frame, latents, latentDistance }: DreamStep): void {
    this.#actions.push(action);
    this.#frames.push(frame);
    this.#latents.push(latents);
    this.#distances.push(latentDistance);
    this.length++;
  }

  /** Reads the length, too, so that who shows it sees it grow. */
  #at<Value>(values: readonly Value[], step: number): Value | undefined {
    const row = step - this.first;
    return row < this.length ? values[row] : undefined;
  }
}
