import type { DatasetDetail } from '../../shared/dataset-views';

export type SortKey = 'number' | 'return' | 'length';

export interface ListChoice {
  sort: SortKey;
  descending: boolean;
  flaggedOnly: boolean;
}

/** The episodes that a list shows, in its order. */
export function listedEpisodes(
  { episodes: { lengths, returns }, flags }: Pick<DatasetDetail, 'episodes' | 'flags'>,
  { sort, descending, flaggedOnly }: ListChoice,
): number[] {
  const flagged = new Set(flags.map(({ episode }) => episode));
  const all = Array.from(lengths, (_, episode) => episode);
  const listed = flaggedOnly ? all.filter((episode) => flagged.has(episode)) : all;
  const value = (episode: number): number =>
    sort === 'return' ? returns[episode]! : sort === 'length' ? lengths[episode]! : episode;
  const direction = descending ? -1 : 1;
  return listed.sort((one, other) => direction * (value(one) - value(other)) || one - other);
}
