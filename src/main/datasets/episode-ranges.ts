/** Episode numbers as `[first, end)` ranges in rising order, each number once. */
export function episodeRanges(episodes: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const episode of [...new Set(episodes)].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] === episode) last[1] = episode + 1;
    else ranges.push([episode, episode + 1]);
  }
  return ranges;
}

const MAXIMUM_RANGES_IN_TEXT = 8;

/** For a sentence: `episode 3`, `episodes 0 to 4, 7 and 9`. */
export function rangesText(ranges: readonly [number, number][]): string {
  const count = ranges.reduce((sum, [first, end]) => sum + end - first, 0);
  if (ranges.length > MAXIMUM_RANGES_IN_TEXT) return `${count} episodes`;
  const parts = ranges.map(([first, end]) => (end - first === 1 ? `${first}` : `${first} to ${end - 1}`));
  const last = parts.pop();
  return `episode${count === 1 ? '' : 's'} ${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last}`;
}
