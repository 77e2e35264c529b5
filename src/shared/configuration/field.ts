import { z } from 'zod';
import { StudioError } from '../errors';

/** What forms, command-line flags and documentation say about one setting. */
export interface FieldDescription {
  /** The paper's symbol, if it has one. */
  symbol?: string;
  /** e.g. `steps`, `sequences`, `nats` */
  unit?: string;
  /** One sentence. */
  description: string;
  /** Where the default comes from: `paper, Table 1`, `released code`, `DITTO Studio`. */
  source: string;
  minimum?: number;
  maximum?: number;
  /** Allowed values, for a choice. */
  choices?: readonly string[];
}

/** A described setting with its name and default, as `describeFields` lists them. */
export interface Field extends FieldDescription {
  name: string;
  kind: 'integer' | 'number' | 'choice' | 'boolean';
  default: number | string | boolean;
}

const descriptions = z.registry<FieldDescription & { kind: Field['kind'] }>();

type Described = Omit<FieldDescription, 'choices'>;
type Ranged = Described & { minimum: number; maximum: number };

export function integer(initial: number, description: Ranged) {
  const schema = z.number().int().min(description.minimum).max(description.maximum).default(initial);
  return schema.register(descriptions, { ...description, kind: 'integer' });
}

export function real(initial: number, description: Ranged) {
  const schema = z.number().min(description.minimum).max(description.maximum).default(initial);
  return schema.register(descriptions, { ...description, kind: 'number' });
}

export function choice<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  initial: Choices[number],
  description: Described,
) {
  const schema = z.enum(choices).default(initial as never);
  return schema.register(descriptions, { ...description, choices, kind: 'choice' });
}

export function flag(initial: boolean, description: Described) {
  return z
    .boolean()
    .default(initial)
    .register(descriptions, { ...description, kind: 'boolean' });
}

/** The settings of a configuration schema, in the order they are written down. */
export function describeFields(schema: z.ZodObject): Field[] {
  const defaults = schema.parse({}) as Record<string, Field['default']>;
  return Object.entries(schema.shape).map(([name, field]) => {
    const description = descriptions.get(field as z.ZodType);
    if (!description) throw new Error(`The setting ${name} has no description.`);
    return { ...description, name, default: defaults[name]! };
  });
}

/**
 * Checks settings against their schema and fills in what is missing.
 * Throws StudioError that names the first setting that is wrong and what it may be.
 * @param title what a setting is called there: its name unless given
 */
export function parseConfiguration<Schema extends z.ZodObject>(
  schema: Schema,
  values: unknown,
  title = (name: string): string => name,
): z.output<Schema> {
  const result = schema.strict().safeParse(values);
  if (result.success) return result.data as z.output<Schema>;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ');
    throw new StudioError(`There is no setting "${issue.keys.join('", "')}": the settings are ${known}.`);
  }
  const name = String(issue.path[0]);
  const field = describeFields(schema).find((candidate) => candidate.name === name);
  const given = JSON.stringify((values as Record<string, unknown>)[name]);
  throw new StudioError(
    `${title(name)} cannot be ${given}: it must be ${field ? allowedValues(field) : issue.message}.`,
  );
}

/** `a whole number from 1 to 512`, for error messages and help. */
export function allowedValues(field: Field): string {
  if (field.kind === 'choice') return `one of ${field.choices!.join(', ')}`;
  if (field.kind === 'boolean') return 'true or false';
  const kind = field.kind === 'integer' ? 'a whole number' : 'a number';
  return `${kind} from ${field.minimum} to ${field.maximum}`;
}
