import { presetNames, type PresetName } from '../../shared/configuration/presets';
import type { RunRecord } from '../../shared/runs';
import { studio } from '../connection/connection.svelte';
import { formatPlural } from '../format';
import { router } from '../shell/router.svelte';
import { toasts } from '../shell/toasts.svelte';
import type { TrainingRequest } from '../../shared/contract/training';
import { parseSeeds, type Typed } from './settings-form';

export const isPreset = (name: string | null | undefined): name is PresetName =>
  presetNames.includes(name as PresetName);

/** What all forms of trainings have in common. The address holds what another person should find chosen. */
export class TrainingForm {
  preset = $state<PresetName>('tiny');
  engine = $state('auto');
  seedsText = $state('0');
  /** Undefined: the name that the form suggests. */
  name = $state<string>();
  typed = $state.raw<Typed>({});
  readonly seeds = $derived(parseSeeds(this.seedsText));

  /** @param from a run to start again from */
  constructor(from: RunRecord | undefined) {
    const chosen = router.parameters.get('preset') ?? from?.preset;
    if (isPreset(chosen)) this.preset = chosen;
    if (!from) return;
    this.engine = from.engine;
    this.seedsText = String(from.seed);
    this.name = from.name;
  }

  readonly type = (setting: string, text: string | undefined): void => {
    const { [setting]: _, ...others } = this.typed;
    this.typed = text === undefined ? others : { ...others, [setting]: text };
  };

  readonly choosePreset = (preset: PresetName): void => {
    this.preset = preset;
    router.setParameters({ preset });
  };

  /** Queues a run for each seed, and goes to the first, or says that they wait. */
  async start(training: TrainingRequest, name: string, follow: boolean): Promise<void> {
    const runs = await studio().training.start({ training, name, seeds: this.seeds.seeds });
    if (follow) router.go(`/runs/${runs[0]!.id}`);
    else toasts.add('information', `${formatPlural(runs.length, 'run')} added to the queue: ${name}.`);
  }
}
