import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GraphBuilder } from './graph';
import { cudaRuntime } from './native/cuda';

/**
 * Finding out what this machine can run. Graphics drivers and native libraries may crash or hang the process that loads
 * them, so each is first loaded by a child process. A probe answers null, or why the thing cannot be used.
 */

/** A driver may compile its shaders first; one that needs longer is of no use. */
const PATIENCE_MILLISECONDS = 60_000;
const LONGEST_REASON = 300;

// Not called `require`: the bundler declares that name itself when it finds it in a string.
const packages = createRequire(import.meta.url);

/** Doubles a vector on one execution provider. Arguments: a file to resolve packages from, the provider, the model. */
const SESSION_PROBE = `
  const [from, provider, model] = process.argv.slice(1);
  const ort = require('node:module').createRequire(from)('onnxruntime-node');
  (async () => {
    const session = await ort.InferenceSession.create(Buffer.from(model, 'base64'), {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) });
    if (y.data[0] !== 2 || y.data[1] !== 4) throw new Error('It computes 2 + 2 wrong.');
  })().then(() => process.exit(0), (error) => fail(error));
`;

/** TF.js 4.22 calls two functions of Node that Node 23 took away. */
function restoreOldUtilities(util: Record<string, unknown>): void {
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

/** Loads a TF.js backend and compares its kernels with those that training needs. */
const BACKEND_PROBE = `
  (${String(restoreOldUtilities)})(require('node:util'));
  const [from, name, backend, needed] = process.argv.slice(1);
  const load = require('node:module').createRequire(from);
  (async () => {
    load(name);
    const tf = load('@tensorflow/tfjs-core');
    const kernels = new Set(tf.getKernelsForBackend(backend).map((kernel) => kernel.kernelName));
    const missing = needed.split(',').filter((kernel) => !kernels.has(kernel));
    if (missing.length > 0) throw new Error('It lacks TF.js kernels that training needs: ' + missing.join(', ') + '.');
    await tf.setBackend(backend);
    if (tf.add(1, 1).dataSync()[0] !== 2) throw new Error('It computes 1 + 1 wrong.');
  })().then(() => process.exit(0), (error) => fail(error));
`;

/** The lowest version of CUDA that the driver has to know. */
const CUDA_VERSION = 13;

const CUDA_PROBE = `
  const [from, needed] = process.argv.slice(1);
  const koffi = require('node:module').createRequire(from)('koffi');
  let driver;
  try {
    driver = koffi.load('libcuda.so.1');
  } catch {
    fail('This machine has no driver for an NVIDIA GPU.');
  }
  if (driver) {
    const version = [0];
    if (driver.func('int cuInit(unsigned int flags)')(0) !== 0) fail('The NVIDIA driver finds no GPU.');
    else if (driver.func('int cuDriverGetVersion(_Out_ int *version)')(version) !== 0) fail('The NVIDIA driver does not answer.');
    else if (version[0] < 1000 * needed) fail('The NVIDIA driver knows CUDA up to ' + version[0] / 1000 + ', and ' + needed + ' is needed: update it.');
    else process.exit(0);
  }
`;

const FAIL = `function fail(error) {
  process.stdout.write('reason:' + (error && error.message || error), () => process.exit(1));
}`;

/** Whether ONNX Runtime can run a model on one of its execution providers. */
export function probeProvider(provider: string): Promise<string | null> {
  return runProbe(SESSION_PROBE, [provider, Buffer.from(doublingModel()).toString('base64')]);
}

/** Why CUDA cannot be used though everything but its libraries is there. */
export const CUDA_NOT_SET_UP = 'Its libraries are not there yet.';

export async function probeCuda(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `It is here for Linux on x64, not for ${process.platform} on ${process.arch}.`;
  const reason = await runProbe(CUDA_PROBE, [String(CUDA_VERSION)]);
  return reason ?? (cudaRuntime() === undefined ? CUDA_NOT_SET_UP : null);
}

/** Whether an optional TF.js package is there, loads, and has the kernels that training needs. */
export async function probeBackend(
  name: string,
  backend: string,
  neededKernels: readonly string[],
): Promise<string | null> {
  const folder = packageFolder(name);
  if (folder === null) return `The package ${name} is not installed.`;
  if (existsSync(join(folder, 'binding.gyp')) && !hasNativeLibrary(folder)) {
    return `The package ${name} is installed without its native library, which npm could not download or may not build.`;
  }
  return runProbe(BACKEND_PROBE, [name, backend, neededKernels.join()]);
}

/** Registers the backend of an optional TF.js package in this process. */
export function loadBackend(name: string): void {
  restoreOldUtilities(packages('node:util') as Record<string, unknown>);
  packages(name);
}

function packageFolder(name: string): string | null {
  try {
    return dirname(packages.resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** tfjs-node keeps its library in a folder per Node-API version. */
function hasNativeLibrary(folder: string): boolean {
  const library = join(folder, 'lib');
  if (!existsSync(library)) return false;
  return readdirSync(library).some((version) => existsSync(join(library, version, 'tfjs_binding.node')));
}

function doublingModel(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', [2], 'float32');
  graph.output('y', graph.node('Add', [x, x]), [2], 'float32');
  return graph.encode('probe');
}

function runProbe(script: string, parameters: readonly string[]): Promise<string | null> {
  const parts = ['--input-type=commonjs', '-e', FAIL + script, '--', import.meta.filename, ...parameters];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parts, {
      // Inside Electron the same executable is Node only if it is told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PATIENCE_MILLISECONDS,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', (error) => resolve(`It could not be tried: ${error.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(null);
      const reason = said.split('reason:')[1];
      if (reason !== undefined) return resolve(shorten(reason));
      resolve(
        signal === 'SIGKILL' ? 'It does not answer.' : `It crashes (${signal ?? `exit code ${code}`}).`,
      );
    });
  });
}

/** ONNX Runtime puts the C++ function and the failed condition before what it has to say. */
function shorten(reason: string): string {
  const plain = reason.replace(/^.*? was false\. /s, '').split('\n')[0]!;
  return plain.length > LONGEST_REASON ? `${plain.slice(0, LONGEST_REASON)}…` : plain;
}
