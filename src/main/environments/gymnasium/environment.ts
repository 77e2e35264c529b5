import { z } from 'zod';
import type { Action } from '../../../shared/actions';
import type {
  DistantEnvironment,
  EnvironmentSpecification,
  EnvironmentStep,
} from '../../../shared/environment';
import { StudioError } from '../../../shared/errors';
import {
  gymnasiumSpaceSchema,
  gymnasiumVersionsSchema,
  type GymnasiumRequest,
} from '../../../shared/gymnasium';
import { checkAction } from '../pixel-environment';
import { StickyActions } from '../sticky-actions';
import type { BridgeAnswer, BridgeProcess } from './bridge-process';
import { gymnasiumSpecification } from './specification';

const madeSchema = z.object({
  key: z.int().nonnegative(),
  specification: gymnasiumSpaceSchema,
  versions: gymnasiumVersionsSchema,
});
const stepSchema = z.object({ reward: z.number(), terminated: z.boolean(), truncated: z.boolean() });
const screenSchema = z.object({ shape: z.tuple([z.int(), z.int(), z.literal(3)]) });

/** A picture in the environment's own size, RGB. */
export interface Screen {
  /** `[height, width, 3]` */
  readonly shape: readonly [number, number, 3];
  readonly pixels: Uint8Array;
}

/** One instance of an environment of Gymnasium, in a Python process that may play others beside it. */
export class GymnasiumEnvironment implements DistantEnvironment {
  readonly specification: EnvironmentSpecification;
  readonly #bridge: BridgeProcess;
  readonly #key: number;
  readonly #stickyActions: StickyActions;

  private constructor(
    bridge: BridgeProcess,
    id: string,
    { key, specification, versions }: z.output<typeof madeSchema>,
    stickiness: number,
  ) {
    this.#bridge = bridge;
    this.#key = key;
    this.specification = gymnasiumSpecification(id, specification, versions);
    this.#stickyActions = new StickyActions(stickiness);
  }

  /** Throws StudioError where there is no such environment, or none of pixels and actions that the studio knows. */
  static async make(
    bridge: BridgeProcess,
    request: GymnasiumRequest,
    stickiness = 0,
  ): Promise<GymnasiumEnvironment> {
    const { header } = await bridge.ask('make', { ...request }).catch(naming(`cannot make ${request.id}`));
    return new GymnasiumEnvironment(bridge, request.id, madeSchema.parse(header), stickiness);
  }

  async reset(seed: number): Promise<Uint8Array> {
    this.#stickyActions.begin(this.specification, seed);
    return this.#observation(await this.#ask('reset', { seed }));
  }

  async step(action: Action): Promise<EnvironmentStep> {
    checkAction(this.specification, action);
    const executed = this.#stickyActions.choose(action);
    const answer = await this.#ask('step', {
      action: typeof executed === 'number' ? executed : Array.from(executed),
    });
    return { ...stepSchema.parse(answer.header), observation: this.#observation(answer) };
  }

  /** What the game shows now. */
  async screen(): Promise<Screen> {
    const { header, pixels } = await this.#ask('screen', {});
    return { ...screenSchema.parse(header), pixels };
  }

  #ask(call: string, request: Readonly<Record<string, unknown>>): Promise<BridgeAnswer> {
    const { id } = this.specification;
    return this.#bridge.ask(call, { key: this.#key, ...request }).catch(naming(`cannot play ${id}`));
  }

  #observation({ pixels }: BridgeAnswer): Uint8Array {
    const { id, observationShape } = this.specification;
    const [height, width, channels] = observationShape;
    if (pixels.length === height * width * channels) return pixels;
    throw new StudioError(
      `Gymnasium's ${id} gave ${pixels.length} bytes instead of [${observationShape.join(', ')}].`,
    );
  }
}

/** What Python says does not say of which environment. */
const naming = (failure: string) => (error: Error) => {
  throw new StudioError(`Gymnasium ${failure}: ${error.message}`, { cause: error });
};
