import type { ExpertChoice } from '../../shared/dreams';
import type { DiscreteSpecification } from '../../shared/environment';
import { describeError } from '../../shared/errors';
import { studio } from '../connection/connection.svelte';
import { HeldKeys } from '../datasets/held-keys';
import { stepsPerSecond } from '../frames/playback.svelte';
import type { Take } from './take.svelte';

const beatMilliseconds = 1000 / stepsPerSecond;
/** Then it ends: what was dreamt is kept in memory. */
const maximumSteps = 2000;
const measuredSteps = 30;

/** What a person needs to act: keys, and what happens when none is held. */
export type Controls = Pick<DiscreteSpecification, 'keyboard' | 'idleAction'>;

/** A person inside a dream: each beat is one action and one step of the world model's prior. */
export class Takeover {
  /** The dream as it went on; it stays when the person has left it. */
  take = $state.raw<Take>();
  /** `ready`: it waits for the first key. */
  state = $state<'none' | 'ready' | 'running'>('none');
  driver = $state<'person' | 'dreamer'>('person');
  /** The action whose key is held. */
  action = $state<number | null>(null);
  /** Over the last two seconds. */
  stepsPerSecond = $state(0);
  error = $state<string>();
  readonly #keys: HeldKeys;
  readonly #controls: Controls | undefined;
  readonly #expert: ExpertChoice;
  readonly #onStep: (step: number) => void;

  constructor(expert: ExpertChoice, controls: Controls | undefined, onStep: (step: number) => void) {
    this.#expert = expert;
    this.#controls = controls;
    this.#keys = new HeldKeys(controls?.keyboard ?? {});
    this.#onStep = onStep;
  }

  get isActive(): boolean {
    return this.state !== 'none';
  }

  /** Goes on from a step of a dream; the first key begins. */
  begin(take: Take): void {
    this.take = take;
    this.error = undefined;
    this.driver = 'person';
    this.state = 'ready';
  }

  end(): void {
    this.releaseAll();
    this.state = 'none';
  }

  /** Forgets the dream, too. */
  close(): void {
    this.end();
    this.take = undefined;
  }

  /** Gives control to the agent (or the expert), or takes it again. */
  handOver(): void {
    this.driver = this.driver === 'person' ? 'dreamer' : 'person';
    this.#go();
  }

  /** Whether the key means anything here. */
  press(code: string): boolean {
    if (this.driver !== 'person' || !this.#keys.press(code)) return false;
    this.action = this.#keys.action;
    this.#go();
    return true;
  }

  release(code: string): void {
    if (this.#keys.release(code)) this.action = this.#keys.action;
  }

  releaseAll(): void {
    this.#keys.releaseAll();
    this.action = null;
  }

  #go(): void {
    if (this.state !== 'ready') return;
    this.state = 'running';
    void this.#run(this.take!);
  }

  /** Steps at an even beat, or as fast as the model allows. */
  async #run(take: Take): Promise<void> {
    const isOn = (): boolean => this.state === 'running' && this.take === take;
    const times: number[] = [];
    let due = performance.now();
    for (let made = 0; made < maximumSteps && isOn(); made++) {
      try {
        take.append(await this.#ask(take));
      } catch (error) {
        if (this.take === take) this.error = describeError(error);
        break;
      }
      if (!isOn()) return;
      this.#onStep(take.last);
      times.push(performance.now());
      if (times.length > measuredSteps) times.shift();
      if (times.length > 1) {
        this.stepsPerSecond = ((times.length - 1) * 1000) / (times.at(-1)! - times[0]!);
      }
      // A late beat is not caught up with, or the game would rush.
      due = Math.max(due + beatMilliseconds, performance.now());
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    }
    if (isOn()) this.end();
  }

  #ask(take: Take) {
    const { dreamer, last: step } = take;
    const action = this.driver === 'person' ? (this.action ?? this.#controls!.idleAction) : null;
    return studio().theatre.step({
      ...{ expert: this.#expert, dreamer, step, action },
      latents: take.latents(step)!,
    });
  }
}
