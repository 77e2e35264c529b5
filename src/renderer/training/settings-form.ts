import type { z } from 'zod';
import { describeFields, parseConfiguration, type Field } from '../../shared/configuration/field';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { describeError } from '../../shared/errors';
import { settingLabel } from './format-setting';

export type SettingValue = number | string | boolean;

/** Settings of one schema, and what a preset sets them to. */
export interface SettingsGroup {
  readonly schema: z.ZodObject;
  readonly preset: Readonly<Record<string, unknown>>;
}

/** What a person has typed, by the setting's name, as it stands in its control; only what was touched. */
export type Typed = Readonly<Record<string, string>>;

/** One setting as a form shows it. */
export interface Setting {
  readonly field: Field;
  /** Of the preset: the schema's default where the preset leaves it. */
  readonly presetValue: SettingValue;
  /** In the control. */
  readonly text: string;
  readonly changed: boolean;
  /** What is wrong with the text: the studio's own sentence, with the label of the setting. */
  readonly error: string | undefined;
  readonly value: SettingValue | undefined;
}

export function readSettings(groups: readonly SettingsGroup[], typed: Typed): Setting[] {
  return groups.flatMap(({ schema, preset }) =>
    describeFields(schema).map((field) => {
      const presetValue = (preset[field.name] ?? field.default) as SettingValue;
      const text = typed[field.name] ?? String(presetValue);
      const { value, error } = readSetting(schema, field, text);
      return { field, presetValue, text, changed: value !== presetValue, value, error };
    }),
  );
}

/** Checked by the schema that the studio checks it by. */
function readSetting(
  schema: z.ZodObject,
  { name, kind }: Field,
  text: string,
): { value?: SettingValue; error?: string } {
  const isNumber = kind === 'integer' || kind === 'number';
  const number = text.trim() === '' ? NaN : Number(text.replace(',', '.'));
  const given = kind === 'boolean' ? text === 'true' : isNumber && !Number.isNaN(number) ? number : text;
  try {
    return { value: parseConfiguration(schema, { [name]: given }, settingLabel)[name] as SettingValue };
  } catch (error) {
    return { error: describeError(error) };
  }
}

/** What differs from the preset, as the studio is asked with. */
export function changedSettings(settings: readonly Setting[]): Record<string, SettingValue> {
  const changed = settings.filter(({ changed, value }) => changed && value !== undefined);
  return Object.fromEntries(changed.map(({ field, value }) => [field.name, value!]));
}

/** What would have to be typed for the settings of a run, which spells out every one. */
export function typedFrom(
  groups: readonly SettingsGroup[],
  configuration: Readonly<Record<string, unknown>>,
): Typed {
  const { training, ...own } = configuration;
  const values: Readonly<Record<string, unknown>> = { ...own, ...(training as object | undefined) };
  const differing = readSettings(groups, {}).filter(({ field, presetValue }) => {
    const value = values[field.name];
    return value !== undefined && value !== presetValue;
  });
  return Object.fromEntries(differing.map(({ field }) => [field.name, String(values[field.name])]));
}

/** Settings whose name, symbol or description has all the words. */
export function searchSettings(settings: readonly Setting[], search: string): Setting[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter(({ field }) => {
    const spelledOut = field.name.replaceAll(/([A-Z])/g, ' $1');
    const text = `${field.name} ${spelledOut} ${field.symbol ?? ''} ${field.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const MOST_SEEDS = 100;

/** `0, 1, 2` as seeds, each once; or what is wrong with it. */
export function parseSeeds(text: string): { seeds: number[]; error?: string } {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  if (parts.length === 0) return { seeds: [], error: 'Give one seed at least, e.g. 0.' };
  const seeds: number[] = [];
  for (const part of parts) {
    try {
      const number = Number(part);
      const given = { seed: Number.isNaN(number) ? part : number };
      const { seed } = parseConfiguration(trainingRunConfiguration, given, settingLabel);
      if (!seeds.includes(seed)) seeds.push(seed);
    } catch (error) {
      return { seeds: [], error: describeError(error) };
    }
  }
  if (seeds.length > MOST_SEEDS) return { seeds: [], error: `Give at most ${MOST_SEEDS} seeds at once.` };
  return { seeds };
}

/** Of so few episodes about two thirds are learned from and the rest measured on; undefined where the preset's number fits. */
export function fittingExpertEpisodes(wanted: number, episodes: number): number | undefined {
  return wanted <= episodes ? undefined : Math.max(1, Math.floor((episodes * 2) / 3));
}
