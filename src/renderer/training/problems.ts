import type { Setting } from './settings-form';

/** The first thing that keeps a form from being started, as a sentence; undefined where nothing does. */
export function firstProblem(
  settings: readonly Setting[],
  name: string,
  seeds?: { error?: string },
): string | undefined {
  const wrong = settings.find(({ error }) => error !== undefined)?.error;
  if (wrong !== undefined) return wrong;
  if (name.trim() === '') return 'Give the run a name.';
  return seeds?.error;
}
