import { test } from 'vitest';
import { describeEngines, selectEngine } from './engines';
test('x', async () => {
  let t = performance.now();
  console.log(await describeEngines(), performance.now() - t);
  for (const id of [
    'onnxruntime:cpu',
    'onnxruntime:webgpu',
    'auto',
    'tfjs:cpu',
    'tfjs:wasm',
    'zzz',
    'auto',
  ]) {
    t = performance.now();
    try {
      console.log(id, (await selectEngine(id)).id, performance.now() - t);
    } catch (e) {
      console.log(id, String(e));
    }
  }
});
