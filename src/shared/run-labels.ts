import type { RunDescription } from './runs';

type Named = Pick<RunDescription, 'id' | 'name' | 'seed'>;

/** A name for each of some runs that tells them apart: with the seed, and with the end of the id, where it must be. */
export function runLabels(runs: readonly Named[]): Map<string, string> {
  const named = runs.map((run) => ({ run, label: run.name }));
  const seeded = extendEqual(named, ({ seed }) => `seed ${seed}`);
  const labelled = extendEqual(seeded, ({ id }) => id.slice(-4));
  return new Map(labelled.map(({ run, label }) => [run.id, label]));
}

interface Labelled {
  readonly run: Named;
  readonly label: string;
}

/** Adds something to labels that several runs have. */
function extendEqual(labelled: readonly Labelled[], addition: (run: Named) => string): Labelled[] {
  const counts = new Map<string, number>();
  for (const { label } of labelled) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labelled.map(({ run, label }) => ({
    run,
    label: counts.get(label)! > 1 ? `${label}, ${addition(run)}` : label,
  }));
}
