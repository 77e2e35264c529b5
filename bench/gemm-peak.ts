import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../src/shared/random';
import type { Engine } from '../src/main/tensor/program';

const SIZES = [256, 512, 1024, 2048];
/** Products in one run, so that what happens between runs does not count. */
const CHAIN = 4;
const RUNS = 5;

/**
 * The most that the engine's matrix products reach on this machine, in 10⁹ floating-point operations per second: the
 * best run of several sizes of square float32 matrices.
 */
export async function measureGemmPeak(engine: Engine): Promise<number> {
  let best = 0;
  for (const size of SIZES) {
    const program = await engine.compile({
      name: `gemm-${size}`,
      state: { right: [size, size] },
      inputs: { left: { shape: [size, size], type: 'float32' } },
      step: ({ right }, { left }) => {
        let product = left as tf.Tensor2D;
        for (let i = 0; i < CHAIN; i++) product = tf.matMul(product, right as tf.Tensor2D);
        return { outputs: { corner: tf.slice(product, [0, 0], [1, 1]) } };
      },
    });
    const random = randomGenerator(0, 'gemm', size);
    // Entries of this size keep the products' sizes where they are, away from infinities and denormal numbers.
    const matrix = () => Float32Array.from({ length: size * size }, () => random.normal() / Math.sqrt(size));
    program.writeState({ right: matrix() });
    const left = matrix();
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await program.run({ left });
      const seconds = (performance.now() - start) / 1000;
      best = Math.max(best, (2 * size ** 3 * CHAIN) / seconds / 1e9);
    }
    await program.dispose();
  }
  return best;
}
