import type { Lowering } from '../lowering';
import * as asProduct from './convolution/as-product';
import * as blocked from './convolution/blocked';
import * as fewChannels from './convolution/few-channels';
import { coversImage, geometry, type Shape4D } from './convolution/geometry';
import * as own from './convolution/own';
import * as plain from './convolution/plain';
import * as subPixel from './convolution/sub-pixel';

/**
 * Chooses how a convolution is computed: as one product if it is one, in blocks where the engine has them, as a product of
 * windows where few channels make the engine slow, else plainly.
 */
const conv2D: Lowering = (call) => {
  const { x, filter } = call.inputs as Record<'x' | 'filter', (typeof call.inputs)[string]>;
  const info = geometry(call, x.shape, filter.shape);
  if (coversImage(info)) return asProduct.convolution(call, x, filter, info);
  if (blocked.canConvolve(call.graph, info)) return blocked.convolution(call, x, filter, info);
  if (fewChannels.canConvolve(call.graph, info)) return fewChannels.convolution(call, x, filter, info);
  return plain.convolution(call, x, filter, info);
};

/** The gradient with respect to the input, which is also the forward pass of a transposed convolution. */
const conv2DBackpropInput: Lowering = (call) => {
  const { dy, filter } = call.inputs as Record<'dy' | 'filter', (typeof call.inputs)[string]>;
  const info = geometry(call, call.attributes['inputShape'] as number[], filter.shape);
  if (coversImage(info)) return asProduct.inputGradient(call, dy, filter, info);
  if (own.canTakeInputGradient(call.graph, info)) return own.inputGradient(call, dy, filter, info);
  if (subPixel.canBeSubPixel(call.graph, info)) return subPixel.inputGradient(call, dy, filter, info);
  if (fewChannels.canTakeInputGradient(call.graph, info))
    return fewChannels.inputGradient(call, dy, filter, info);
  return plain.inputGradient(call, dy, filter, info);
};

const conv2DBackpropFilter: Lowering = (call) => {
  const { x, dy } = call.inputs as Record<'x' | 'dy', (typeof call.inputs)[string]>;
  const info = geometry(call, x.shape, call.attributes['filterShape'] as Shape4D);
  if (coversImage(info)) return asProduct.filterGradient(call, x, dy, info);
  if (own.canTakeFilterGradient(call.graph, info)) return own.filterGradient(call, x, dy, info);
  if (blocked.canTakeFilterGradient(call.graph, info)) return blocked.filterGradient(call, x, dy, info);
  return plain.filterGradient(call, x, dy, info);
};

export const convolutionKernels: Record<string, Lowering> = {
  Conv2D: conv2D,
  Conv2DBackpropInput: conv2DBackpropInput,
  Conv2DBackpropFilter: conv2DBackpropFilter,
};
