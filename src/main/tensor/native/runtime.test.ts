import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { onnxRuntimePackage } from './onnxruntime-package';
import { nativeRuntime } from './runtime';

const { folder: packageFolder, version } = onnxRuntimePackage();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ditto-native-'));
  vi.stubEnv('DITTO_CUDA', folder);
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('what the library says of a failure is thrown', () => {
  const runtime = nativeRuntime('webgpu');
  const settings = runtime.call('CreateSessionOptions');
  const nothing = Uint8Array.of(1, 2, 3);
  expect(() =>
    runtime.call('CreateSessionFromArray', runtime.environment, nothing, nothing.byteLength, settings),
  ).toThrow(/ModelProto|protobuf/i);
  runtime.release('SessionOptions', settings);
});

test('CUDA is refused before it is set up, or where it was for another version', () => {
  expect(() => nativeRuntime('cuda')).toThrow('CUDA has not been set up.');
  writeFileSync(join(folder, 'libonnxruntime_providers_cuda.so'), '');
  writeFileSync(join(folder, 'libonnxruntime.so.1.2.3'), '');
  expect(() => nativeRuntime('cuda')).toThrow('CUDA has not been set up.');
});

test.runIf(process.platform === 'linux')('the library with CUDA and the other one get along', () => {
  const library = join(packageFolder, 'bin', 'napi-v6', 'linux', process.arch, 'libonnxruntime.so.1');
  symlinkSync(library, join(folder, `libonnxruntime.so.${version}`));
  for (const provider of ['webgpu', 'cuda'] as const)
    expect(nativeRuntime(provider).environment, provider).toBeGreaterThan(0n);
});
