import { figureRequestSchema } from '../../../shared/figures';
import { createEnvironment } from '../../environments';
import type { Registry } from '../../registry/registry';
import { drawFigure } from '../figures/draw';
import { writeRunArtifact } from '../run-artifacts';

const dotsPerInch = 200;

/** The DITTO agent's dream beside the expert's episode that it starts from; returns the file's path. */
export async function drawFilmstrip(
  registry: Registry,
  dittoRun: string,
  environment: string,
): Promise<string> {
  const { title } = createEnvironment(environment).specification;
  const request = figureRequestSchema.parse({
    kind: 'filmstrip',
    runId: dittoRun,
    title: `An expert episode of ${title} and the DITTO agent’s dream of it`,
    size: { name: 'slide', fontSize: 11 },
  });
  const { bytes } = await drawFigure(registry, request, 'png', dotsPerInch);
  return writeRunArtifact(registry, dittoRun, 'filmstrip', 'filmstrip.png', bytes);
}

/** How the two agents learned; returns the file's path. */
export async function drawLearningCurve(
  registry: Registry,
  dittoRun: string,
  bcRun: string,
): Promise<string> {
  const request = figureRequestSchema.parse({
    kind: 'learning-curve',
    runIds: [dittoRun, bcRun],
    metrics: ['reward', 'validation/latentDistance', 'validation/actionAccuracy'],
    title: 'Imitation of the expert, without rewards and without the environment',
    heading: true,
  });
  const { bytes } = await drawFigure(registry, request, 'svg', dotsPerInch);
  return writeRunArtifact(registry, dittoRun, 'learning-curve', 'learning-curve.svg', bytes);
}
