import { z } from 'zod';
import { heldOutMeasureNames } from './evaluation';
import { metricNameSchema } from './compare';
import { experimentIdSchema } from './experiment';
import { runIdSchema } from './runs';

/** Widths in inches, as journals and slides want them; sizes of type in points. */
export const figureSizes = {
  'single-column': { title: 'One column', width: 3.25, fontSize: 7.5, heading: false },
  'double-column': { title: 'Two columns', width: 6.75, fontSize: 8, heading: false },
  slide: { title: 'Slide', width: 10, fontSize: 15, heading: true },
} as const;
export type FigureSizeName = keyof typeof figureSizes;
export const figureSizeNames = Object.keys(figureSizes) as [FigureSizeName, ...FigureSizeName[]];

export const figureFormats = ['svg', 'pdf', 'png', 'csv'] as const;
export type FigureFormat = (typeof figureFormats)[number];
export const dotsPerInchSchema = z.int().min(72).max(1200);

const figureSizeSchema = z.strictObject({
  name: z.enum(figureSizeNames),
  fontSize: z.number().min(4).max(40).exactOptional(),
  /** In inches; without it, as high as is good for what is shown. */
  height: z.number().min(1).max(20).exactOptional(),
});

const common = {
  size: figureSizeSchema.default({ name: 'double-column' }),
  /** Title and a line that says what is shown; a paper's caption says it better. */
  heading: z.boolean().exactOptional(),
  title: z.string().max(200).exactOptional(),
};

export const bandKinds = ['standard-error', 'range', 'none'] as const;
export type BandKind = (typeof bandKinds)[number];

export const maximumFigureRuns = 100;

const learningCurveSchema = z.strictObject({
  kind: z.literal('learning-curve'),
  ...common,
  runIds: z.array(runIdSchema).min(1).max(maximumFigureRuns),
  /** A panel each. */
  metrics: z.array(metricNameSchema).min(1).max(6),
  /** See `ComparisonRequest`; the curve as measured is drawn faintly beside it. */
  smoothing: z.number().min(0).max(0.999).default(0),
  groupSeeds: z.boolean().default(true),
  /** Around the mean of seeds: one standard error on either side, or from the lowest to the highest. */
  band: z.enum(bandKinds).default('standard-error'),
  range: z.strictObject({ from: z.number().nonnegative(), to: z.number().nonnegative() }).exactOptional(),
});

const methodComparisonSchema = z.strictObject({
  kind: z.literal('method-comparison'),
  ...common,
  /** Evaluations of one environment. */
  runIds: z.array(runIdSchema).min(1).max(maximumFigureRuns),
  marks: z.enum(['points', 'bars']).default('points'),
});

const agreementSchema = z.strictObject({
  kind: z.literal('latent-distance'),
  ...common,
  /** Evaluations of one environment. */
  runIds: z.array(runIdSchema).min(1).max(maximumFigureRuns),
  /** What to set against the return. */
  measure: z.enum(heldOutMeasureNames).default('latentDistance'),
});

const filmstripSchema = z.strictObject({
  kind: z.literal('filmstrip'),
  ...common,
  /** An agent's run that dreamed beside the expert. */
  runId: runIdSchema,
  /** Frames of a row. */
  columns: z.int().min(2).max(20).exactOptional(),
});

const experimentTrainingSchema = z.strictObject({
  kind: z.literal('experiment-training'),
  ...common,
  experiment: experimentIdSchema,
});

const experimentReturnsSchema = z.strictObject({
  kind: z.literal('experiment-returns'),
  ...common,
  experiment: experimentIdSchema,
});

/** A figure, as it is asked for: the same request always draws the same figure. */
export const figureRequestSchema = z.discriminatedUnion('kind', [
  learningCurveSchema,
  methodComparisonSchema,
  agreementSchema,
  filmstripSchema,
  experimentTrainingSchema,
  experimentReturnsSchema,
]);
export type FigureRequest = z.output<typeof figureRequestSchema>;
export type FigureKind = FigureRequest['kind'];

export const figureTitles: Readonly<Record<FigureKind, string>> = {
  'learning-curve': 'Learning curve',
  'method-comparison': 'Method comparison',
  'latent-distance': 'Latent distance against return',
  filmstrip: 'Filmstrip',
  'experiment-training': 'Experiment through training',
  'experiment-returns': 'Experiment’s returns',
};

/** A size with everything decided; lengths in points. */
export interface FigureSize {
  readonly width: number;
  /** Undefined: as high as is good for what is shown. */
  readonly height: number | undefined;
  readonly fontSize: number;
  readonly heading: boolean;
}

const pointsPerInch = 72;

export function decideSize({ size, heading }: Pick<FigureRequest, 'size' | 'heading'>): FigureSize {
  const preset = figureSizes[size.name];
  return {
    width: preset.width * pointsPerInch,
    height: size.height === undefined ? undefined : size.height * pointsPerInch,
    fontSize: size.fontSize ?? preset.fontSize,
    heading: heading ?? preset.heading,
  };
}

/** A figure as a file. */
export interface FigureFile {
  readonly name: string;
  readonly mediaType: string;
  readonly title: string;
  /** What is shown, in a line. */
  readonly description: string;
  /** What there is to see, in words and numbers, for those who do not see it. */
  readonly summary: string;
  /** In points, 72 an inch. */
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}
