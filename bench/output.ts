/** Lines of `name  value`, the names in one column. */
export function formatPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;

export function formatVersions(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** Above this, the machine was doing something else, and its times say little. */
const TOLERABLE_LOAD = 0.05;

export function formatOtherLoad(share: number): string {
  const verdict =
    share > TOLERABLE_LOAD ? ': too much to trust these times, repeat when the machine is quiet' : '';
  return percent(share) + verdict;
}
