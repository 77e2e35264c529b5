import * as ort from 'onnxruntime-node';
import { describeError, StudioError } from '../../shared/errors';
import { GraphBuilder } from './graph';

const SIZE = 16;

/** Throws StudioError where a provider of ONNX Runtime cannot multiply in float16: some GPUs and drivers have none. */
export async function requireHalfPrecision(provider: string): Promise<void> {
  const graph = new GraphBuilder({ device: 'gpu', precision: 'mixed' });
  const x = graph.input('x', [SIZE, SIZE], 'float32');
  graph.output('y', graph.node('MatMul', [x, x]), [SIZE, SIZE], 'float32');
  const failure = await productFailure(graph.encode('half-precision'), provider);
  if (failure === undefined) return;
  throw new StudioError(
    `The engine onnxruntime:${provider} does not compute in half precision here (${failure}): choose precision float32.`,
  );
}

/** What is wrong with the square of a matrix of ones, if anything is. */
async function productFailure(model: Uint8Array, provider: string): Promise<string | undefined> {
  try {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    const ones = new ort.Tensor('float32', new Float32Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
    const { y } = await session.run({ x: ones });
    const isRight = (y!.data as Float32Array).every((value) => value === SIZE);
    await session.release();
    return isRight ? undefined : 'a product is wrong';
  } catch (error) {
    return describeError(error);
  }
}
