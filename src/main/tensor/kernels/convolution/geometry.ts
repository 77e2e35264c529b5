import { backend_util } from '@tensorflow/tfjs-core';
import type { LoweringCall } from '../../lowering';

export type Conv2DInfo = ReturnType<typeof backend_util.computeConv2DInfo>;
export type Shape4D = [number, number, number, number];

export function geometry(
  call: LoweringCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
): Conv2DInfo {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = call.attributes as {
    strides: number | [number, number];
    pad: 'valid' | 'same' | number;
    dilations?: number | [number, number];
    dimRoundingMode?: 'floor';
    dataFormat?: string;
  };
  if (dataFormat && dataFormat !== 'NHWC') throw new Error(`${call.kernel} is traced for NHWC only.`);
  const info = backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new Error(`${call.kernel} is traced without dilation only.`);
  }
  return info;
}

export const isPadded = ({ padInfo }: Conv2DInfo): boolean =>
  padInfo.top + padInfo.left + padInfo.bottom + padInfo.right > 0;

/** Whether the filter covers the whole image, so that the convolution is one matrix product. */
export const coversImage = (info: Conv2DInfo): boolean =>
  !isPadded(info) && info.inHeight === info.filterHeight && info.inWidth === info.filterWidth;

export function onnxAttributes(info: Conv2DInfo): Record<string, readonly number[]> {
  const { top, left, bottom, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: [top, left, bottom, right],
  };
}
