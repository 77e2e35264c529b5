import type { FigureFile, FigureFormat, FigureRequest } from '../../../shared/figures';
import type { Figure } from '../../figures/figure';
import { figureToCsv, figureToPdf, figureToPng, figureToSvg } from '../../figures/files';
import type { Registry } from '../../registry/registry';
import { experimentReturnsFigure } from './experiment-returns';
import { experimentTrainingFigure } from './experiment-training';
import { filmstripFigure } from './filmstrip';
import { latentDistanceFigure } from './latent-distance';
import { learningCurveFigure } from './learning-curve';
import { methodComparisonFigure } from './method-comparison';

/** The figure that is asked for, from what the registry has now. Throws StudioError where there is nothing to show. */
export function describeFigure(registry: Registry, request: FigureRequest): Figure {
  if (request.kind === 'learning-curve') return learningCurveFigure(registry, request);
  if (request.kind === 'method-comparison') return methodComparisonFigure(registry, request);
  if (request.kind === 'latent-distance') return latentDistanceFigure(registry, request);
  if (request.kind === 'experiment-training') return experimentTrainingFigure(registry, request);
  if (request.kind === 'experiment-returns') return experimentReturnsFigure(registry, request);
  return filmstripFigure(registry, request);
}

const mediaTypes: Readonly<Record<FigureFormat, string>> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
  csv: 'text/csv',
};

/** Throws StudioError where there is nothing to show. @param dotsPerInch of a PNG */
export async function drawFigure(
  registry: Registry,
  request: FigureRequest,
  format: FigureFormat,
  dotsPerInch: number,
): Promise<FigureFile> {
  const figure = describeFigure(registry, request);
  return {
    name: `${request.kind}.${format}`,
    mediaType: mediaTypes[format],
    title: figure.title,
    description: figure.description,
    summary: figure.summary,
    width: figure.width,
    height: figure.height,
    bytes: await bytesOf(figure, format, dotsPerInch),
  };
}

async function bytesOf(figure: Figure, format: FigureFormat, dotsPerInch: number): Promise<Uint8Array> {
  if (format === 'svg') return Buffer.from(figureToSvg(figure), 'utf8');
  if (format === 'csv') return Buffer.from(figureToCsv(figure), 'utf8');
  return format === 'pdf' ? figureToPdf(figure) : figureToPng(figure, dotsPerInch);
}
