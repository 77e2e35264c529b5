import { decideSize, type FigureRequest } from '../../../shared/figures';
import { readDreamFilm } from '../../figures/dream-film';
import type { Figure } from '../../figures/figure';
import { filmstrip } from '../../figures/filmstrip';
import type { Registry } from '../../registry/registry';
import { readRunArtifact } from '../run-artifacts';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'filmstrip' }>;

/** An agent's dream beside the expert's episode that it starts from. Throws StudioError where the run has none. */
export function filmstripFigure(registry: Registry, request: Request): Figure {
  const { runId, columns, title } = request;
  const { path, bytes } = readRunArtifact(registry, runId, 'dream');
  return filmstrip({
    title: title ?? 'An expert episode and the agent’s dream of it',
    subtitle: `Both start from the same state; from there on the dream sees no frame · run ${runId}`,
    film: readDreamFilm(bytes, path),
    columns,
    size: decideSize(request),
    origin: figureOrigin(registry, [runId], request),
  });
}
