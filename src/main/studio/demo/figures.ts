import { readDreamFilm } from '../../figures/dream-film';
import { filmstripPng } from '../../figures/filmstrip';
import { learningCurve, type CurvePanel } from '../../figures/learning-curve';
import { roleColours } from '../../figures/palette';
import { figureToSvg } from '../../figures/render-chart';
import { createEnvironment } from '../../environments';
import type { Registry } from '../../registry/registry';
import { readRunArtifact, writeRunArtifact } from '../run-artifacts';
import { studioVersion } from '../../../shared/version';

const software = `DITTO Studio ${studioVersion}`;

/** The DITTO agent's dream beside the expert's episode that it starts from; returns the file's path. */
export function drawFilmstrip(registry: Registry, dittoRun: string, environment: string): string {
  const { path, bytes } = readRunArtifact(registry, dittoRun, 'dream');
  const { title } = createEnvironment(environment).specification;
  const png = filmstripPng(readDreamFilm(bytes, path), {
    title: 'An expert episode and the DITTO agent’s dream of it',
    subtitle: `${title} · both start from the same state; from there on the dream sees no frame · run ${dittoRun}`,
    metadata: { Software: software, Runs: [dittoRun, ...parentsOf(registry, dittoRun)].join(', ') },
  });
  return writeRunArtifact(registry, dittoRun, 'filmstrip', 'filmstrip.png', png);
}

/** How the two agents learned; returns the file's path. */
export function drawLearningCurve(
  registry: Registry,
  dittoRun: string,
  bcRun: string,
  environment: string,
): string {
  const curve = (runId: string, metric: string, label: string, colour: string) => ({
    label,
    colour,
    points: registry.metricSeries(runId, metric),
  });
  const ditto = (metric: string) => curve(dittoRun, metric, 'DITTO', roleColours.ditto);
  const bc = (metric: string) => curve(bcRun, metric, 'Behaviour cloning', roleColours.bc);
  const panels: CurvePanel[] = [
    { title: 'Imagined reward per step', series: [ditto('reward')] },
    { title: 'Latent distance on held-out episodes', series: [ditto('validation/latentDistance')] },
    {
      title: 'Action accuracy on held-out episodes',
      series: [ditto('validation/actionAccuracy'), bc('validation/actionAccuracy')],
    },
  ];
  const { title, maximumSteps } = createEnvironment(environment).specification;
  const episodes = registry.getRun(dittoRun).configuration['expertEpisodes'];
  const figure = learningCurve(
    'Imitation of the expert, without rewards and without the environment',
    `${title}, ${String(episodes)} expert episodes of up to ${maximumSteps} steps · runs ${dittoRun}, ${bcRun}`,
    panels,
    { software, runs: [dittoRun, bcRun, ...parentsOf(registry, dittoRun)].join(', ') },
  );
  return writeRunArtifact(registry, dittoRun, 'learning-curve', 'learning-curve.svg', figureToSvg(figure));
}

const parentsOf = (registry: Registry, runId: string): string[] =>
  registry.getRun(runId).parents.map((parent) => parent.runId);
