import { presetNames, type PresetName } from '../../shared/configuration/presets';
import type { Typed } from './settings-form';

/** What a person has entered into a form, as its address says it; undefined: the form's own suggestion. */
export interface Draft {
  readonly preset: PresetName | undefined;
  readonly engine: string | undefined;
  /** As they were typed. */
  readonly seeds: string | undefined;
  readonly name: string | undefined;
  /** All settings that were touched, also where none is any more. */
  readonly typed: Typed | undefined;
}

export const isPreset = (name: string | null | undefined): name is PresetName =>
  presetNames.includes(name as PresetName);

export function readDraft(parameters: URLSearchParams): Draft {
  const [preset, settings] = [parameters.get('preset'), parameters.get('settings')];
  return {
    preset: isPreset(preset) ? preset : undefined,
    engine: parameters.get('engine') ?? undefined,
    seeds: parameters.get('seeds') ?? undefined,
    name: parameters.get('name') ?? undefined,
    typed: settings === null ? undefined : Object.fromEntries(new URLSearchParams(settings)),
  };
}

export function draftParameters({ typed, ...others }: Partial<Draft>): Record<string, string | undefined> {
  return typed ? { ...others, settings: new URLSearchParams(typed).toString() } : others;
}
