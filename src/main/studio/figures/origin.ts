import type { FigureRequest } from '../../../shared/figures';
import { studioVersion } from '../../../shared/version';
import type { FigureOrigin } from '../../figures/figure';
import type { Registry } from '../../registry/registry';

/** What a figure's files say about where it comes from: its runs, and those that they were made from. */
export function figureOrigin(
  registry: Registry,
  runIds: readonly string[],
  request: FigureRequest,
): FigureOrigin {
  const shown = runIds.map((runId) => registry.getRun(runId));
  const parents = shown.flatMap((run) => run.parents.map(({ runId }) => runId));
  const versions = shown.map(
    ({ versions: { studio, onnxruntime, node, platform } }) =>
      `DITTO Studio ${studio}, ONNX Runtime ${onnxruntime}, Node ${node}, ${platform}`,
  );
  return {
    software: `DITTO Studio ${studioVersion}`,
    runs: [...new Set([...runIds, ...parents])],
    versions: [...new Set(versions)],
    request: JSON.stringify(request),
  };
}
