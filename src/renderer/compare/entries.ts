import type { MetricDescription } from '../../shared/metrics';
import { bestOf, type RunRow } from './rows';
import type { SortKey } from './view';

/** What the table lists: a run, or runs that differ in their seeds alone, with their mean. */
export interface TableEntry {
  /** Of the first run. */
  readonly key: string;
  readonly label: string;
  readonly rows: readonly RunRow[];
  /** Those that are drawn; all where none is. */
  readonly counted: readonly RunRow[];
}

export type Column = Exclude<SortKey, 'name' | 'seed'>;
export type ReadCell = (row: RunRow, column: Column) => number | undefined;

export interface Mean {
  readonly mean: number;
  /** Sample deviation over the root of the number of values; 0 of a single one. */
  readonly standardError: number;
}

export const readCell =
  (better: MetricDescription['better'], atStep: (runId: string) => number | undefined): ReadCell =>
  (row, column) => {
    if (column === 'atStep') return atStep(row.runId);
    return (column === 'best' ? bestOf(row, better) : row[column])?.value ?? undefined;
  };

/** Over the runs that have a value; undefined where none has. */
export function meanOf(rows: readonly RunRow[], column: Column, read: ReadCell): Mean | undefined {
  const values = rows.map((row) => read(row, column)).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = values.length === 1 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length);
  return { mean, standardError };
}

/** @param groups ids of the runs that come together; runs in none are left out */
export function entriesOf(
  rows: readonly RunRow[],
  groups: readonly (readonly string[])[],
  hidden: readonly string[],
  label: (runIds: readonly string[]) => string,
): TableEntry[] {
  const byId = new Map(rows.map((row) => [row.runId, row]));
  return groups.flatMap((group) => {
    const members = group.map((runId) => byId.get(runId)).filter((row) => row !== undefined);
    if (members.length === 0) return [];
    const drawn = members.filter(({ runId }) => !hidden.includes(runId));
    const counted = drawn.length > 0 ? drawn : members;
    return [
      { key: members[0]!.runId, label: label(counted.map(({ runId }) => runId)), rows: members, counted },
    ];
  });
}

export interface Order {
  readonly sort: SortKey;
  readonly descending: boolean;
}

/** What the table begins with: better values of the last steps first. */
export const defaultOrder = (better: MetricDescription['better']): Order => ({
  sort: 'last',
  descending: better === 'higher',
});

/** Entries by their mean, and the runs of each in turn; what has no value comes last. */
export function sortEntries(entries: readonly TableEntry[], order: Order, read: ReadCell): TableEntry[] {
  const value = (rows: readonly RunRow[], label: string): number | string | undefined => {
    if (order.sort === 'name') return label;
    if (order.sort === 'seed') return Math.min(...rows.map(({ run }) => run.seed));
    return meanOf(rows, order.sort, read)?.mean;
  };
  const sorted = entries.map((entry) => ({
    ...entry,
    rows: sortBy(entry.rows, order.descending, (row) => value([row], row.label)),
  }));
  return sortBy(sorted, order.descending, ({ counted, label }) => value(counted, label));
}

function sortBy<Item>(
  items: readonly Item[],
  descending: boolean,
  valueOf: (item: Item) => number | string | undefined,
): Item[] {
  const direction = descending ? -1 : 1;
  return items
    .map((item) => ({ item, value: valueOf(item) }))
    .sort(({ value: one }, { value: other }) => {
      if (one === undefined || other === undefined)
        return Number(one === undefined) - Number(other === undefined);
      if (typeof one === 'number') return direction * (one - Number(other));
      return direction * one.localeCompare(String(other), 'en', { numeric: true });
    })
    .map(({ item }) => item);
}
