import * as ort from 'onnxruntime-node';
import { describeError } from '../../shared/errors';
import { GraphBuilder } from './graph';
import { blockedOperator } from './image-layout';

const CHANNELS = 64;

let asked: Promise<number | undefined> | undefined;

/**
 * How many channels are neighbours in ONNX Runtime's blocked images on this processor (8 with AVX2, 16 with AVX-512), or
 * nothing where it has none. ONNX Runtime does not tell, so two pixels are reordered to see where their channels go.
 */
export function channelBlock(): Promise<number | undefined> {
  return (asked ??= probe());
}

async function probe(): Promise<number | undefined> {
  const graph = new GraphBuilder();
  const shape = [1, CHANNELS, 1, 2];
  const x = graph.input('x', shape, 'float32');
  const reordered = graph.node(blockedOperator('ReorderInput'), [x], { channels_last: 0 });
  graph.output('y', reordered, shape, 'float32');
  try {
    const session = await ort.InferenceSession.create(graph.encode('channel-block'), {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    // Each element is its channel in the first pixel, -1 in the second.
    const pixels = Float32Array.from({ length: 2 * CHANNELS }, (_, index) =>
      index % 2 === 0 ? index / 2 : -1,
    );
    const { y } = await session.run({ x: new ort.Tensor('float32', pixels, shape) });
    await session.release();
    const block = (y!.data as Float32Array).indexOf(-1);
    return block > 1 && block < CHANNELS ? block : undefined;
  } catch (error) {
    process.emitWarning(`ONNX Runtime has no blocked convolutions here: ${describeError(error)}`);
    return undefined;
  }
}
