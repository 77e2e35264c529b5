import { z } from 'zod';
import type { DatasetMetadata } from '../../shared/datasets';
import { MAXIMUM_CHUNK_BYTES } from './limits';

/** Names of the flat arrays, as in the replay-buffer layout that diffusion policy made common. */
export const STEP_ARRAYS = ['observations', 'actions', 'rewards', 'terminated', 'truncated'] as const;
export const EPISODE_ENDS = 'meta/episode_ends';
export type ArrayName = (typeof STEP_ARRAYS)[number] | typeof EPISODE_ENDS;

export const ELEMENT_BYTES = { uint8: 1, bool: 1, int32: 4, float32: 4, int64: 8 } as const;
export type ElementType = keyof typeof ELEMENT_BYTES;

/** What one array of a dataset must look like; its first axis counts steps or episodes and grows. */
export interface ArraySpecification {
  name: ArrayName;
  elementType: ElementType;
  /** Shape of one row: `[height, width, channels]` or `[]`. */
  rowShape: readonly number[];
  dimensionNames: readonly string[];
}

/** What the shapes of a dataset's arrays depend on. */
export type Recorded = Pick<DatasetMetadata, 'observationShape' | 'actionKind' | 'actionNames'>;

/** The arrays of a dataset: discrete actions are int32, continuous ones float32 rows of `[components]`. */
export function arraySpecification(
  name: ArrayName,
  { observationShape, actionKind, actionNames }: Recorded,
): ArraySpecification {
  const scalar = (elementType: ElementType, axis = 'step'): ArraySpecification => ({
    name,
    elementType,
    rowShape: [],
    dimensionNames: [axis],
  });
  switch (name) {
    case 'observations':
      return {
        name,
        elementType: 'uint8',
        rowShape: observationShape,
        dimensionNames: ['step', 'height', 'width', 'channel'],
      };
    case 'actions':
      if (actionKind === 'discrete') return scalar('int32');
      return {
        name,
        elementType: 'float32',
        rowShape: [actionNames.length],
        dimensionNames: ['step', 'component'],
      };
    case 'rewards':
      return scalar('float32');
    case 'terminated':
    case 'truncated':
      return scalar('bool');
    case EPISODE_ENDS:
      return scalar('int64', 'episode');
  }
}

/** Bytes of one row. */
export function rowBytes({ rowShape, elementType }: ArraySpecification): number {
  return rowShape.reduce((product, size) => product * size, ELEMENT_BYTES[elementType]);
}

/** File name of a chunk: only the first axis is split. The separator `.` keeps an array's folder flat. */
export function chunkFileName(specification: ArraySpecification, index: number): string {
  return ['c', index, ...specification.rowShape.map(() => 0)].join('.');
}

/** The array's `zarr.json`, as in the Zarr v3 core specification, section "Array metadata". */
export function arrayMetadata(
  specification: ArraySpecification,
  rows: number,
  chunkRows: number,
): ArrayMetadata {
  return {
    zarr_format: 3,
    node_type: 'array',
    shape: [rows, ...specification.rowShape],
    data_type: specification.elementType,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [chunkRows, ...specification.rowShape] } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '.' } },
    codecs: [
      { name: 'bytes', configuration: { endian: 'little' } },
      { name: 'zstd', configuration: { level: 3, checksum: false } },
      { name: 'crc32c', configuration: {} },
    ],
    fill_value: specification.elementType === 'bool' ? false : 0,
    dimension_names: [...specification.dimensionNames],
    attributes: {},
  };
}

const size = z.int().nonnegative();

/** Only the codecs that we write: their decoders bound their output and detect damage. */
export const arrayMetadataSchema = z
  .object({
    zarr_format: z.literal(3),
    node_type: z.literal('array'),
    shape: z.array(size).min(1).max(4),
    data_type: z.enum(['uint8', 'bool', 'int32', 'float32', 'int64']),
    chunk_grid: z.object({
      name: z.literal('regular'),
      configuration: z.object({ chunk_shape: z.array(z.int().positive()).min(1).max(4) }),
    }),
    chunk_key_encoding: z.object({
      name: z.literal('default'),
      configuration: z.object({ separator: z.literal('.') }),
    }),
    codecs: z.tuple([
      z.object({ name: z.literal('bytes'), configuration: z.object({ endian: z.literal('little') }) }),
      z.object({
        name: z.literal('zstd'),
        configuration: z.object({ level: z.int(), checksum: z.boolean() }),
      }),
      z.object({ name: z.literal('crc32c'), configuration: z.object({}).default({}) }),
    ]),
    fill_value: z.union([z.number(), z.boolean()]),
    dimension_names: z.array(z.string()).optional(),
    attributes: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(
    ({ data_type, chunk_grid }) =>
      chunk_grid.configuration.chunk_shape.reduce((a, b) => a * b, ELEMENT_BYTES[data_type]) <=
      MAXIMUM_CHUNK_BYTES,
    { message: `a chunk is larger than ${MAXIMUM_CHUNK_BYTES} bytes` },
  );
export type ArrayMetadata = z.infer<typeof arrayMetadataSchema>;
