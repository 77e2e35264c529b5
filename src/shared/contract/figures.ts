import { z } from 'zod';
import {
  dotsPerInchSchema,
  figureFormats,
  figureRequestSchema,
  type FigureFile,
  type FigureKind,
} from '../figures';
import type { RunKind } from '../runs';
import { call } from './procedure';

/** A run, or an experiment of many, that a figure can be made of. */
export interface FigureRun {
  readonly id: string;
  readonly name: string;
  readonly seed: number;
  readonly kind: RunKind | 'experiment';
  readonly created: string;
  /** Title of the environment, e.g. `Pursuit`, or of several; only of evaluations and experiments. */
  readonly environment: string | undefined;
  /** What it was trained on: runs that share it belong together. */
  readonly family: string;
}

/** Newest first. */
export type FigureChoices = Readonly<Record<FigureKind, readonly FigureRun[]>>;

export const figuresContract = {
  /** The runs that there are to choose from for each kind of figure. */
  choices: call(z.strictObject({})).returns<FigureChoices>(),
  /** A figure as a file; the page shows the SVG itself as its preview. */
  draw: call(
    z.strictObject({
      request: figureRequestSchema,
      format: z.enum(figureFormats),
      /** Of a PNG. */
      dotsPerInch: dotsPerInchSchema.default(300),
    }),
  ).returns<FigureFile>(),
};
