import type { WorkProgress } from '../dataset-views';
import { dreamRequestSchema, dreamStepRequestSchema, type Dream, type DreamStep } from '../dreams';
import { call, stream } from './procedure';

/** What the studio asks of the process that dreams; the pages may ask the same. */
export const dreamerContract = {
  dreamer: {
    /** Dreams beside an expert's episode; ends with all of them, in the order of the request. */
    dream: stream(dreamRequestSchema).yields<WorkProgress<Dream[]>>(),
    /** One step of a dream that a person steers, or that goes on after one did. */
    step: call(dreamStepRequestSchema).returns<DreamStep>(),
  },
};
export type DreamerContract = typeof dreamerContract;
