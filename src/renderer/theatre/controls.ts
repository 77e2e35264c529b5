import { connection } from '../connection/connection.svelte';
import type { Controls } from './takeover.svelte';

/** The keys of a built-in environment; for one from elsewhere the digits, in the order of its actions. */
export function controlsOf(environment: string, actions: number): Controls {
  const known = connection.description?.environments.find(({ id }) => id === environment);
  if (known) return known;
  const digits = Array.from({ length: Math.min(9, actions) }, (_, action) => [`Digit${action + 1}`, action]);
  return { keyboard: Object.fromEntries(digits) as Record<string, number>, idleAction: 0 };
}
