import { Option, type Command } from 'commander';
import { allowedValues, describeFields, type Field } from '../../shared/configuration/field';
import { StudioError } from '../../shared/errors';
import type { z } from 'zod';

/** `batchSize` as `batch-size` */
export function flagName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A preset's values, which count as defaults in the help. */
export interface PresetDefaults {
  name: string;
  values: Readonly<Record<string, unknown>>;
}

/** Adds an option for every setting of a schema. Left out, a setting is not in the command's options at all. */
export function addFieldOptions(
  command: Command,
  heading: string,
  schema: z.ZodObject,
  preset?: PresetDefaults,
): void {
  for (const field of describeFields(schema)) {
    const option = new Option(`--${flagName(field.name)} <${placeholder(field)}>`, helpOf(field, preset));
    command.addOption(option.argParser((text) => parseValue(field, text)).helpGroup(heading));
  }
}

/** The settings that a user gave, by the names of the schema's fields. */
export function givenSettings(
  schema: z.ZodObject,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = Object.keys(schema.shape).filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** Throws StudioError for a text that the setting cannot be. */
export function parseValue(field: Field, text: string): number | string | boolean {
  const value = readValue(field, text);
  if (value !== undefined) return value;
  const unit = field.unit === undefined ? '' : ` (${field.unit})`;
  throw new StudioError(
    `--${flagName(field.name)} cannot be "${text}": it must be ${allowedValues(field)}${unit}.`,
  );
}

function readValue(field: Field, text: string): number | string | boolean | undefined {
  if (field.kind === 'choice') return field.choices!.find((choice) => choice === text);
  if (field.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  // Number('') is 0.
  const number = text.trim() === '' ? NaN : Number(text);
  const fits = number >= field.minimum! && number <= field.maximum!;
  return fits && (field.kind === 'number' || Number.isInteger(number)) ? number : undefined;
}

function placeholder({ kind, choices, unit }: Field): string {
  if (kind === 'choice') return choices!.join('|');
  if (kind === 'boolean') return 'true|false';
  return unit?.replaceAll(' ', '-') ?? (kind === 'integer' ? 'n' : 'x');
}

/** The sentence, then in brackets symbol, range, default and source. */
export function helpOf(field: Field, preset?: PresetDefaults): string {
  const { description, symbol, kind, minimum, maximum, source } = field;
  const ranged = kind === 'integer' || kind === 'number';
  const ofPreset = preset?.values[field.name];
  const facts = [
    ...(symbol ? [symbol] : []),
    ...(ranged ? [`${minimum} to ${maximum}`] : []),
    ofPreset === undefined
      ? `default ${String(field.default)}`
      : `default ${String(ofPreset as number)} by preset ${preset!.name}, else ${String(field.default)}`,
    `source: ${source}`,
  ];
  return `${description} [${facts.join('; ')}]`;
}
