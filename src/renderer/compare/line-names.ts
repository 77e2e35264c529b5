import { runLabels } from '../../shared/run-labels';
import type { RunKind, RunRecord } from '../../shared/runs';

/** What the lines of the chart, and the rows of the table, are called and coloured. */
export interface LineNames {
  /** Of one run, or of several that differ in their seeds alone. */
  readonly label: (runIds: readonly string[]) => string;
  /** Place among the series' colours. */
  readonly colour: (runId: string) => number;
}

/** Agents, of which there are most, get the colours that differ most. */
const kinds: readonly RunKind[] = ['agent', 'world-model', 'evaluation', 'record'];

/**
 * Colours follow the runs' age and not what is shown: another metric, a filter or a hidden run does not change them.
 * @param runs oldest first
 * @param groups ids of runs that share a colour
 * @param chosen colours that a person chose, by run
 */
export function nameLines(
  runs: readonly RunRecord[],
  groups: readonly (readonly string[])[],
  chosen: Readonly<Record<string, number>>,
): LineNames {
  const labels = runLabels(runs);
  const groupLabels = labelGroups(runs, groups);
  const kindOf = new Map(runs.map(({ id, kind }) => [id, kinds.indexOf(kind)]));
  const rank = ([first]: readonly string[]): number => kindOf.get(first!) ?? kinds.length;
  const ordered = [...groups].sort((one, other) => rank(one) - rank(other));
  const colours = new Map(
    ordered.flatMap((members, place) => {
      const own = members.map((id) => chosen[id]).find((colour) => colour !== undefined);
      return members.map((id): [string, number] => [id, own ?? place]);
    }),
  );
  return {
    label: (runIds) => {
      const first = runIds[0]!;
      if (runIds.length === 1) return labels.get(first) ?? first;
      return `${groupLabels.get(first) ?? first}, ${runIds.length} seeds`;
    },
    colour: (runId) => colours.get(runId) ?? 0,
  };
}

/** By each of their runs: the name of the first without its seed, and the end of its id where others are called so too. */
function labelGroups(
  runs: readonly RunRecord[],
  groups: readonly (readonly string[])[],
): Map<string, string> {
  const names = new Map(runs.map(({ id, name }) => [id, name]));
  const labelled = groups
    .filter((members) => members.length > 1)
    .map((members) => ({ members, name: (names.get(members[0]!) ?? '').replace(/,? seed \d+$/i, '') }));
  return new Map(
    labelled.flatMap(({ members, name }) => {
      const isUnique = labelled.filter((other) => other.name === name).length === 1;
      const label = isUnique ? name : `${name}, ${members[0]!.slice(-4)}`;
      return members.map((id): [string, string] => [id, label]);
    }),
  );
}
