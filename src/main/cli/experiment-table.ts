import { rewardLabel } from '../../shared/experiment';
import { methodTitles } from '../../shared/configuration/agent';
import { interquartileMean, meanAndStandardError } from '../learning/statistics';
import type { CellResult, ExperimentResults } from '../studio/experiments/results';
import { formatTable } from './text';

/** Mean returns over seeds, a row for each place of the grid. */
export function formatExperiment({ cells, total, references }: ExperimentResults): string {
  const groups = new Map<string, CellResult[]>();
  for (const one of cells) {
    const { seed: _, ...place } = one.cell;
    const key = JSON.stringify(place);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const heading = [
    'environment',
    'method',
    'episodes',
    'varied',
    'seeds',
    'mean return',
    'IQM',
    'L_d',
    'acc.',
  ];
  const rows = [...groups.values()].map((group) => {
    const { environment, method, expertEpisodes, horizon, reward, worldModelData } = group[0]!.cell;
    const { mean, standardError } = meanAndStandardError(group.map(({ result }) => result.mean));
    // One seed says nothing of how seeds differ.
    const error = group.length > 1 ? ` ± ${standardError.toFixed(1)}` : '';
    const all = group.flatMap(({ result }) => result.returns);
    const varied = [
      ...(horizon === null ? [] : [`H=${horizon}`]),
      ...(reward === null ? [] : [rewardLabel(reward)]),
      ...(worldModelData === 'practice' ? [] : [worldModelData]),
    ].join(', ');
    return [
      ...[environment, methodTitles[method], String(expertEpisodes), varied, String(group.length)],
      `${mean.toFixed(1)}${error}`,
      interquartileMean(all).toFixed(1),
      formatMean(group, 'latentDistance'),
      formatMean(group, 'actionAccuracy'),
    ];
  });
  const lines = references.flatMap(({ environment, results }) =>
    results.map(({ name, mean, standardError, episodes }) => [
      ...[environment, name, '', '', ''],
      `${mean.toFixed(1)} ± ${standardError.toFixed(1)}`,
      `${episodes} episodes`,
    ]),
  );
  return [
    formatTable([heading, ...rows, ...lines], [2, 4, 5, 6, 7, 8]),
    '',
    `${cells.length} of ${total} agents; means ± standard errors are over seeds.`,
  ].join('\n');
}

function formatMean(group: readonly CellResult[], name: 'latentDistance' | 'actionAccuracy'): string {
  const values = group.flatMap(({ result }) => result[name] ?? []);
  return values.length > 0 ? meanAndStandardError(values).mean.toFixed(3) : '';
}
