import { operatorDigest } from '../../tensor/native/operator-library';
import { elementCount, type NamedShapes } from '../../tensor/program';
import type { Plan } from './plan-run';

const FLOAT_BYTES = 4;
/** Of a trainer that trains nothing: Node.js, the runtime, the program. */
const BASE_BYTES = 190 * 2 ** 20;
/**
 * Copies of each parameter: itself and Adam's two moments, all in two sets of buffers; gradients, clipped ones and the
 * update; what validation reads; and what a checkpoint is made of. And of what the layers put out: gradients, layouts and workspaces
 * that live at the same time. A policy has fewer layers that take any, and dreams are not differentiated.
 */
const COPIES: Record<Plan['learner'], { parameters: number; activations: number }> = {
  'world-model': { parameters: 17, activations: 6 },
  pixels: { parameters: 17, activations: 4 },
  latent: { parameters: 17, activations: 3 },
};
/** Of a world model, where the engine's own operators move nothing aside before they compute. */
const COPIES_WITH_OWN_OPERATORS = { parameters: 15, activations: 5 };
/** Of each of the expert's: as it was encoded, on its way into the table that steps read, and there. */
const COPIES_OF_LATENTS = 3;

/**
 * Most memory that the trainer's process holds, about. The numbers above are fitted to peaks measured on the CPU engine
 * (`npm run bench -- memory`, docs/performance.md); a GPU's own memory is not in them.
 */
export function memoryBytes(plan: Plan): number {
  const { parameters, carried, frozen, latents, frameBytes } = plan;
  const hasOwnOperators = plan.learner === 'world-model' && operatorDigest() !== undefined;
  const copies = hasOwnOperators ? COPIES_WITH_OWN_OPERATORS : COPIES[plan.learner];
  const numbers =
    copies.parameters * elements(parameters) +
    2 * elements(carried) +
    elements(frozen) +
    Math.max(copies.activations * plan.activations, plan.measuredActivations) +
    COPIES_OF_LATENTS * latents;
  return BASE_BYTES + frameBytes + FLOAT_BYTES * numbers;
}

/** In all tensors together. */
export const elements = (shapes: NamedShapes): number =>
  Object.values(shapes).reduce((sum, shape) => sum + elementCount(shape), 0);
