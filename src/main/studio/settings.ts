import type { z } from 'zod';
import { parseConfiguration } from '../../shared/configuration/field';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { StudioError } from '../../shared/errors';
import { selectEngine } from '../tensor/engines';

/** What a user set, by the names of the schema's fields. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * The effective configuration of a training, every setting spelled out: the schema's defaults (the paper's), then the
 * preset's, then what the user set. Throws StudioError for a setting that does not exist or is out of range.
 */
export function trainingConfiguration<Schema extends z.ZodObject>(
  schema: Schema,
  preset: { method: Settings; run: Settings },
  given: Settings,
): { method: z.output<Schema>; training: z.output<typeof trainingRunConfiguration> } {
  const ofRun = Object.keys(trainingRunConfiguration.shape);
  const pick = (isRun: boolean): Settings =>
    Object.fromEntries(Object.entries(given).filter(([name]) => ofRun.includes(name) === isRun));
  return {
    method: parseConfiguration(schema, { ...preset.method, ...pick(false) }),
    training: parseConfiguration(trainingRunConfiguration, { ...preset.run, ...pick(true) }),
  };
}

/** As `run.json` holds it. */
export function asJson(configuration: object): Record<string, never> {
  return JSON.parse(JSON.stringify(configuration)) as Record<string, never>;
}

/** Measured once: what is fastest here stays so while this process lives. */
let fastest: Promise<string> | undefined;

/** The id of the engine that will do the work, with `auto` decided, so that the run says what computed it. */
export async function decideEngine(id: string): Promise<string> {
  if (id !== 'auto') return (await selectEngine(id)).id;
  fastest ??= selectEngine('auto').then((engine) => engine.id);
  try {
    return await fastest;
  } catch (error) {
    fastest = undefined;
    throw error;
  }
}

/** Throws StudioError for a name that a person could not tell from no name. */
export function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length > 0 && trimmed.length <= 200) return trimmed;
  throw new StudioError('A name has 1 to 200 characters: choose another one.');
}
