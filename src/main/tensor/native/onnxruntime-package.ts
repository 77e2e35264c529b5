import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The package of ONNX Runtime's Node binding. */
export function onnxRuntimePackage(): { folder: string; version: string } {
  // Not called `require`: the bundler declares that name itself.
  const packages = createRequire(import.meta.url);
  const manifest = 'onnxruntime-node/package.json';
  const { version } = packages(manifest) as { version: string };
  return { folder: dirname(packages.resolve(manifest)), version };
}
