import type { ActionSpace } from '../../shared/actions';
import { connection } from '../connection/connection.svelte';
import type { Controls } from './takeover.svelte';

/**
 * The keys of a built-in environment; for one from elsewhere the digits, in the order of its actions. Undefined for
 * continuous actions, which no key stands for.
 */
export function controlsOf(
  environment: string,
  { actionKind, actionNames }: ActionSpace,
): Controls | undefined {
  if (actionKind === 'continuous') return undefined;
  const known = connection.description?.environments.find(({ id }) => id === environment);
  if (known?.actionKind === 'discrete') return known;
  const digits = Array.from({ length: Math.min(9, actionNames.length) }, (_, action) => [
    `Digit${action + 1}`,
    action,
  ]);
  return { keyboard: Object.fromEntries(digits) as Record<string, number>, idleAction: 0 };
}
