import type { Action } from '../../shared/actions';

/**
 * SVG paths of the components of continuous actions over time, one each: x counts steps, y goes from 0 (a component of 1)
 * to 1 (one of -1). Broken where nothing was done; none for discrete actions.
 */
export function componentLines(actions: readonly (Action | undefined)[]): string[] {
  const first = actions.find((action) => action instanceof Float32Array);
  return Array.from(first ?? [], (_, component) => {
    let broken = true;
    return actions
      .map((action, step) => {
        const value = action instanceof Float32Array ? action[component]! : NaN;
        const command = broken ? 'M' : 'L';
        broken = Number.isNaN(value);
        return broken ? '' : `${command}${step + 0.5} ${((1 - value) / 2).toFixed(3)}`;
      })
      .join('');
  });
}
