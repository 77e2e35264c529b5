import { methodTitles } from '../../../shared/configuration/agent';
import { rewardLabel, type ExperimentCell } from '../../../shared/experiment';
import { StudioError } from '../../../shared/errors';
import { methodColours, seriesStyle, type SeriesStyle } from '../../../shared/palette';
import type { ReferenceLine } from '../../figures/reference-lines';
import { roleColours } from '../../figures/palette';
import type { Registry } from '../../registry/registry';
import { ExperimentStore } from '../experiments/experiment-store';
import { experimentResults, type CellResult, type ExperimentResults } from '../experiments/results';

/** What an experiment has found, as far as it is done. Throws StudioError while no agent has been evaluated. */
export function readExperimentResults(registry: Registry, id: string) {
  // Read anew from its file: a command line beside this process may be at work on it.
  const notices: string[] = [];
  const store = new ExperimentStore(
    registry,
    () => {},
    (text) => notices.push(text),
  );
  const open = store.open(id);
  const results = experimentResults(registry, open);
  if (results.cells.length > 0) return { experiment: open.experiment, results };
  throw new StudioError(`No agent of the experiment ${id} has been evaluated yet: run it, or wait for it.`);
}

/** What can tell agents apart, in the order in which their names say it. */
const aspects = {
  method: ({ method }) => methodTitles[method],
  reward: ({ reward }) => (reward === null ? '' : rewardLabel(reward)),
  worldModelData: ({ worldModelData }) => worldModelData,
  expertEpisodes: ({ expertEpisodes }) => `${expertEpisodes} expert episodes`,
  horizon: ({ horizon }) => (horizon === null ? '' : `H = ${horizon}`),
} as const satisfies Record<string, (cell: ExperimentCell) => string>;
export type ExperimentAspect = keyof typeof aspects;

export interface AgentSeries {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly cells: readonly CellResult[];
}

/** The aspects in which the agents differ. */
export function variedAspects(cells: readonly CellResult[]): ExperimentAspect[] {
  const names = Object.keys(aspects) as ExperimentAspect[];
  return names.filter((name) => new Set(cells.map(({ cell }) => aspects[name](cell))).size > 1);
}

/** Agents that differ in no more than one aspect, and their environments and seeds, together. @param along that aspect */
export function agentSeries(cells: readonly CellResult[], along?: ExperimentAspect): AgentSeries[] {
  const varied = variedAspects(cells).filter((name) => name !== along);
  const telling: ExperimentAspect[] = varied.length > 0 ? varied : ['method'];
  const groups = Map.groupBy(cells, ({ cell }) =>
    telling
      .map((name) => aspects[name](cell))
      .filter(Boolean)
      .join(', '),
  );
  const isByMethod = telling.length === 1 && telling[0] === 'method';
  return [...groups].map(([label, group], index) => ({
    label,
    style: isByMethod ? { colour: methodColours[group[0]!.cell.method], dash: [] } : seriesStyle(index),
    cells: group,
  }));
}

/** The expert and random actions in an environment. */
export function referencesOf(
  { references }: ExperimentResults,
  environment: string,
  expertPolicy: string,
): ReferenceLine[] {
  const results = references.find((one) => one.environment === environment)?.results ?? [];
  const line = (name: string, role: 'expert' | 'random', label: string): ReferenceLine[] => {
    const found = results.find((result) => result.name === name);
    return found ? [{ label, value: found.mean, colour: roleColours[role] }] : [];
  };
  return [...line(expertPolicy, 'expert', 'Expert'), ...line('random', 'random', 'Random')];
}

/** Runs that a figure of an experiment shows. */
export const runsOf = (cells: readonly CellResult[]): string[] =>
  cells.flatMap(({ agentRun, evaluationRun }) => [agentRun, evaluationRun]);
