import { totalmem } from 'node:os';
import type { TrainingEstimate, TrainingRequest } from '../../../shared/contract/training';
import type { Registry } from '../../registry/registry';
import { elementCount, type NamedShapes } from '../../tensor/program';
import { checkpointBytes, freeBytes } from '../disk-space';
import { estimateTime } from './estimate-time';
import { memoryBytes } from './memory';
import { planRequest } from './plan-run';

/** What a training would take. Throws StudioError, with the reason, if it could not run. */
export async function estimateTraining(
  registry: Registry,
  request: TrainingRequest,
): Promise<TrainingEstimate> {
  const plan = await planRequest(registry, request);
  const { parameters, carried, steps, operations, keepCheckpoints } = plan;
  return {
    parameters: elements(parameters),
    steps,
    stepOperations: operations,
    memoryBytes: memoryBytes(plan),
    memoryTotalBytes: totalmem(),
    diskBytes: checkpointBytes({ ...parameters, ...carried }, keepCheckpoints),
    diskFreeBytes: await freeBytes(registry.home),
    time: await estimateTime(registry, request, plan),
  };
}

const elements = (shapes: NamedShapes): number =>
  Object.values(shapes).reduce((sum, shape) => sum + elementCount(shape), 0);
