import type { z } from 'zod';
import type { figureRequestSchema } from '../../shared/figures';
import type { FigureView } from './view';

export type FigureQuestion = z.input<typeof figureRequestSchema>;

/** What to ask the studio for; undefined as long as something is still to be chosen. */
export function requestOf(
  view: FigureView,
  runIds: readonly string[],
  metrics: readonly string[],
): FigureQuestion | undefined {
  const [runId] = runIds;
  if (runId === undefined) return undefined;
  const { kind, fontSize, height, heading, title, smoothing, groupSeeds, band, range, columns } = view;
  const common = {
    size: {
      name: view.size,
      ...(fontSize !== undefined && { fontSize }),
      ...(height !== undefined && { height }),
    },
    ...(heading !== undefined && { heading }),
    ...(title !== undefined && { title }),
  };
  if (kind === 'filmstrip') return { kind, ...common, runId, ...(columns !== undefined && { columns }) };
  if (kind === 'experiment-training' || kind === 'experiment-returns') {
    return { kind, ...common, experiment: runId };
  }
  const several = { ...common, runIds: [...runIds] };
  if (kind === 'method-comparison') return { kind, ...several, marks: view.marks };
  if (kind === 'latent-distance') return { kind, ...several, measure: view.measure };
  if (metrics.length === 0) return undefined;
  const curves = { metrics: [...metrics], smoothing, groupSeeds, band };
  return { kind, ...several, ...curves, ...(range && { range }) };
}
