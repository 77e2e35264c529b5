import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../shared/random';
import type { Engine } from './program';

const SIZES = [256, 512, 1024, 2048];
/** Products in one run, so that what happens between runs does not count. */
const CHAIN = 4;
const RUNS = 5;

/**
 * The most that the engine's matrix products reach on this machine, in 10⁹ floating-point operations per second: the
 * best run of several sizes of square float32 matrices.
 * @param seconds that it may take about: sizes that would take longer at the best rate so far are left out
 */
export async function measureGemmPeak(engine: Engine, seconds = Infinity): Promise<number> {
  const end = performance.now() + 1000 * seconds;
  let best = 0;
  for (const size of SIZES) {
    const gigaoperations = (2 * size ** 3 * CHAIN) / 1e9;
    if (best > 0 && performance.now() + (1000 * gigaoperations) / best > end) break;
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
    for (let run = 0; run < RUNS && (run === 0 || performance.now() < end); run++) {
      const start = performance.now();
      await program.run({ left });
      best = Math.max(best, (1000 * gigaoperations) / (performance.now() - start));
    }
    await program.dispose();
  }
  return best;
}
