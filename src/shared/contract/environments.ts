import { z } from 'zod';
import type { WorkProgress } from '../dataset-views';
import type { EnvironmentSpecification } from '../environment';
import { gymnasiumIdSchema, gymnasiumRequestSchema, type GymnasiumStatus } from '../gymnasium';
import { call, stream } from './procedure';

/** Environments of Gymnasium, beside those that are built in. */
export const environmentsContract = {
  /** Takes a second or two: Python has to start. */
  gymnasium: call(z.strictObject({})).returns<GymnasiumStatus>(),
  /** Installs Gymnasium into a Python of the studio's own; called off, it leaves nothing behind. */
  setUp: stream(z.strictObject({})).yields<WorkProgress<GymnasiumStatus>>(),
  /** Tries the environment first. */
  add: call(gymnasiumRequestSchema).returns<EnvironmentSpecification>(),
  /** What was recorded and trained there stays. */
  remove: call(z.strictObject({ id: gymnasiumIdSchema })).returns<void>(),
};
