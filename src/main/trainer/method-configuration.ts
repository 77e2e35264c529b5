import type { z } from 'zod';
import { parseConfiguration } from '../../shared/configuration/field';
import type { JobContext } from './job-context';

/** The settings of an agent run's method. Throws StudioError if they are not those of the schema. */
export function methodConfiguration<Schema extends z.ZodObject>(
  { description }: JobContext,
  schema: Schema,
): z.output<Schema> {
  const { training: _, method: __, ...values } = description.configuration;
  return parseConfiguration(schema, values);
}
