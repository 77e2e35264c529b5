import type { PresetName } from '../../shared/configuration/presets';
import type { TrainingRequest } from '../../shared/contract/training';
import type { RunRecord } from '../../shared/runs';
import { studio } from '../connection/connection.svelte';
import { formatPlural } from '../format';
import { AddressView } from '../shell/address-view.svelte';
import { router } from '../shell/router.svelte';
import { toasts } from '../shell/toasts.svelte';
import { draftParameters, isPreset, readDraft } from './draft';
import { parseSeeds, typedFrom, type SettingsGroup, type Typed } from './settings-form';

/** What all forms of runs have in common: in the address, so that a reload or another person finds what was entered. */
export class RunForm {
  readonly #address = new AddressView(readDraft, draftParameters);
  readonly #from: RunRecord | undefined;
  readonly #typedFromRun: Typed;
  readonly preset = $derived.by(() => this.#address.value.preset ?? presetOf(this.#from));
  readonly engine = $derived.by(() => this.#address.value.engine ?? this.#from?.engine ?? 'auto');
  readonly seedsText = $derived.by(() => this.#address.value.seeds ?? String(this.#from?.seed ?? 0));
  readonly seeds = $derived(parseSeeds(this.seedsText));
  /** Undefined: the name that the form suggests. */
  readonly name = $derived.by(() => this.#address.value.name ?? this.#from?.name);
  readonly typed = $derived.by(() => this.#address.value.typed ?? this.#typedFromRun);

  /**
   * @param from a run to start again from
   * @param groupsOf the settings of such a run
   */
  constructor(from: RunRecord | undefined, groupsOf: (preset: PresetName) => readonly SettingsGroup[]) {
    this.#from = from;
    this.#typedFromRun = from ? typedFrom(groupsOf(presetOf(from)), from.configuration) : {};
  }

  readonly type = (setting: string, text: string | undefined): void => {
    const { [setting]: _, ...others } = this.typed;
    this.#address.change({ typed: text === undefined ? others : { ...others, [setting]: text } });
  };

  readonly choosePreset = (preset: PresetName): void => this.#address.change({ preset });
  readonly chooseEngine = (engine: string): void => this.#address.change({ engine });
  readonly typeSeeds = (seeds: string): void => this.#address.change({ seeds });
  readonly typeName = (name: string): void => this.#address.change({ name });

  /** Queues a training for each seed, and goes to the first, or says that they wait. */
  async start(training: TrainingRequest, name: string, follow: boolean): Promise<void> {
    const runs = await studio().training.start({ training, name, seeds: this.seeds.seeds });
    if (follow) router.go(`/runs/${runs[0]!.id}`);
    else toasts.add('information', `${formatPlural(runs.length, 'run')} added to the queue: ${name}.`);
  }
}

const presetOf = (run: RunRecord | undefined): PresetName => (isPreset(run?.preset) ? run.preset : 'tiny');
