import type { ImportTiming } from '../../../shared/dataset-import';
import type { SourceArrays } from './source-arrays';

export interface TimingEvidence {
  timing: ImportTiming | null;
  reason: string;
}

/**
 * Which timing one file speaks for. Nothing can have been done before the first observation: so a format in which
 * actions come before observations must start with a dummy, and a real first action rules such a format out.
 */
export function fileTiming(
  { actions, dreamerNames }: Pick<SourceArrays, 'actions' | 'dreamerNames'>,
  observations: number,
): TimingEvidence {
  const { kind, values, steps, width, oneHot } = actions;
  if (observations === steps + 1) {
    return { timing: 'gymnasium', reason: 'There is one observation more than actions.' };
  }
  const first = values[0];
  if (kind === 'discrete' && first === -1) {
    const dummy = oneHot ? 'a row of zeros' : '-1';
    return {
      timing: 'dreamerV2',
      reason: `The first action is ${dummy}, a dummy: each action led to its observation.`,
    };
  }
  if (!oneHot && values.subarray(0, width).every((value) => value === 0)) {
    return {
      timing: null,
      reason: 'The first action is 0, which may be a real action or a dummy before the first observation.',
    };
  }
  const names = dreamerNames
    ? 'and the names are those of DreamerV3, whose rewards came with their observation'
    : 'so each action follows its observation';
  return {
    timing: dreamerNames ? 'dreamerV3' : 'gymnasium',
    reason: `The first action is a real one, ${names}.`,
  };
}

/** The timing of all files together: one clear file decides for those that could be either. */
export function combinedTiming(evidence: readonly TimingEvidence[]): TimingEvidence {
  const clear = evidence.filter(({ timing }) => timing !== null);
  const timings = new Set(clear.map(({ timing }) => timing));
  if (timings.size > 1) {
    return { timing: null, reason: 'Some files speak for one meaning of their rows and some for another.' };
  }
  return clear[0] ?? evidence[0] ?? { timing: null, reason: 'There are no files.' };
}
