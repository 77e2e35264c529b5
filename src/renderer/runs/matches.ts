import type { RunRecord } from '../../shared/runs';
import { kindLabels } from './status';

const seedInWords = /\bseed (\d+)/i;
/** A shorter part of an id, which begins with a date, is a number by chance. */
const shortestIdPart = 4;

/**
 * Whether every word stands somewhere in what the run is called, of which kind it is, and with which method and preset it
 * began; `seed 1` means that seed and no other.
 */
export function matches(run: RunRecord, filter: string): boolean {
  const [phrase, seed] = seedInWords.exec(filter) ?? ['', undefined];
  if (seed !== undefined && run.seed !== Number(seed)) return false;
  const { name, kind, preset, state, configuration } = run;
  const text = [name, kindLabels[kind], preset, state.status, configuration['method']]
    .join(' ')
    .toLowerCase();
  const words = filter.replace(phrase, ' ').toLowerCase().split(/\s+/);
  return words.every(
    (word) => text.includes(word) || (word.length >= shortestIdPart && run.id.includes(word)),
  );
}
