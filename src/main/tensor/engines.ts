import { describeError, StudioError } from '../../shared/errors';
import { compareEngines, timeEngine } from './engine-check';
import { CUDA_NOT_SET_UP, loadBackend, probeBackend, probeCuda, probeProvider } from './engine-probe';
import { eagerEngine } from './eager-engine';
import type { OnnxRuntimeProvider } from './onnxruntime-engine';
import type { Engine } from './program';
import { loweredKernels } from './tracing-backend';

export interface EngineStatus {
  /** e.g. `onnxruntime:cpu` */
  id: string;
  title: string;
  /** Compiled engines run a whole training step as one graph, eager ones operation by operation. */
  kind: 'compiled' | 'eager';
  available: boolean;
  /** Why it cannot be used here, or null. */
  reason: string | null;
  /** What to do to get it, or what it takes. */
  howToGet: string;
  /** Whether the studio can install all that is missing. */
  canBeSetUp: boolean;
}

export interface EngineOptions {
  /** Threads of the engines that run on the CPU; 0 or nothing takes all cores. */
  threads?: number | undefined;
}

interface RegisteredEngine {
  id: string;
  title: string;
  kind: EngineStatus['kind'];
  howToGet: string;
  /** Null, or why the engine cannot be used. */
  probe(): Promise<string | null>;
  open(options: EngineOptions): Promise<Engine>;
}

const REFERENCE = 'tfjs:cpu';

const engines: readonly RegisteredEngine[] = [
  compiled('cpu', 'ONNX Runtime on the CPU', 'It comes with the application: run "npm ci" again.'),
  compiled(
    'webgpu',
    'ONNX Runtime on the GPU, through WebGPU',
    "Install the driver of your GPU's maker: with Vulkan (libvulkan1) on Linux, Direct3D 12 on Windows, Metal on macOS.",
  ),
  compiled(
    'cuda',
    'ONNX Runtime on an NVIDIA GPU',
    'On Linux with an NVIDIA driver of 580 or later, let the studio set it up, here or with "npm run studio -- engines setup cuda".',
  ),
  compiled(
    'tensorrt',
    'ONNX Runtime on an NVIDIA GPU, through TensorRT',
    'On Linux with an NVIDIA driver, CUDA 12, cuDNN 9 and TensorRT 10, run ' +
      '"node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12".',
  ),
  compiled('dml', 'ONNX Runtime on the GPU, through DirectML', 'It needs Windows with a Direct3D 12 driver.'),
  compiled('coreml', "ONNX Runtime on Apple's Core ML", 'It needs a Mac with Apple silicon.'),
  eagerPackage(
    'node-gpu',
    'tensorflow',
    'TensorFlow 2.9 on an NVIDIA GPU, operation by operation',
    'With CUDA 11.2 and cuDNN 8, run "npm install --ignore-scripts=false @tensorflow/tfjs-node-gpu@4.22.0"; ' +
      'with a newer CUDA, see tfjs:node.',
  ),
  eagerPackage(
    'node',
    'tensorflow',
    'TensorFlow, operation by operation',
    'On Linux with a TensorFlow 2 for Python, run "node scripts/build-tfjs-node.mjs --tensorflow <its folder>".',
  ),
  eagerPackage(
    'backend-wasm',
    'wasm',
    'TF.js in WebAssembly',
    'There is no way yet: TF.js 4.22 has no WebAssembly kernel for the gradient of a convolution.',
  ),
  {
    id: REFERENCE,
    title: 'TF.js in plain JavaScript, the slow reference',
    kind: 'eager',
    howToGet: 'It comes with the application.',
    probe: () => Promise.resolve(null),
    open: async () => {
      await import('@tensorflow/tfjs-backend-cpu');
      return eagerEngine('cpu');
    },
  },
];

function compiled(provider: OnnxRuntimeProvider, title: string, howToGet: string): RegisteredEngine {
  return {
    id: `onnxruntime:${provider}`,
    title,
    kind: 'compiled',
    howToGet,
    probe: async () => {
      if (provider === 'cuda') return probeCuda();
      try {
        const { listSupportedBackends } = await import('onnxruntime-node');
        if (!listSupportedBackends().some(({ name }) => name === provider)) {
          return `ONNX Runtime for ${process.platform} on ${process.arch} does not have it.`;
        }
      } catch (error) {
        return `ONNX Runtime cannot be loaded: ${describeError(error)}`;
      }
      return provider === 'cpu' ? null : probeProvider(provider);
    },
    open: async ({ threads }) => {
      const { onnxRuntimeEngine } = await import('./onnxruntime-engine');
      return onnxRuntimeEngine({ provider, ...(threads ? { threads } : {}) });
    },
  };
}

/** What eager engines have to compute. Layer normalisation is a kernel of our own, which they do without. */
export const TFJS_KERNELS = Object.keys(loweredKernels).filter((kernel) => kernel !== 'LayerNormalization');

function eagerPackage(name: string, backend: string, title: string, howToGet: string): RegisteredEngine {
  const id = `tfjs:${name.replace('backend-', '')}`;
  return {
    id,
    title,
    kind: 'eager',
    howToGet,
    probe: () => probeBackend(`@tensorflow/tfjs-${name}`, backend, TFJS_KERNELS),
    open: async () => {
      loadBackend(`@tensorflow/tfjs-${name}`);
      return { ...eagerEngine(backend), id };
    },
  };
}

/** What a process has found out stays true while it lives. */
const probes = new Map<string, Promise<string | null>>();
const checks = new Map<string, Promise<string | null>>();

function remembered(
  answers: Map<string, Promise<string | null>>,
  id: string,
  ask: () => Promise<string | null>,
): Promise<string | null> {
  const answer = answers.get(id) ?? ask();
  answers.set(id, answer);
  return answer;
}

const probe = (engine: RegisteredEngine): Promise<string | null> =>
  remembered(probes, engine.id, () => engine.probe());

/** To call when something was installed: the engine is tried again. */
export function forgetEngine(id: string): void {
  probes.delete(id);
  checks.delete(id);
}

/** Every engine there is, and whether it can be used on this machine. */
export function describeEngines(): Promise<EngineStatus[]> {
  return Promise.all(
    engines.map(async (engine) => {
      const { id, title, kind, howToGet } = engine;
      const reason = await probe(engine);
      const canBeSetUp = reason === CUDA_NOT_SET_UP;
      return { id, title, kind, available: reason === null, reason, howToGet, canBeSetUp };
    }),
  );
}

/**
 * The engine called `id`, or for `auto` the fastest here, once it has computed the same as the reference.
 * @throws StudioError if there is no such engine, or it cannot be used here: why, and how to get it.
 */
export async function selectEngine(id: string, options: EngineOptions = {}): Promise<Engine> {
  if (id === 'auto') return fastestEngine(options);
  const engine = engines.find((candidate) => candidate.id === id);
  if (!engine) {
    const known = engines.map((candidate) => candidate.id).join(', ');
    throw new StudioError(`There is no engine called ${id}: choose auto or one of ${known}.`);
  }
  const reason = (await probe(engine)) ?? (await check(engine, options));
  if (reason !== null) {
    throw new StudioError(`The engine ${id} cannot be used here. ${sentence(reason)} ${engine.howToGet}`);
  }
  return engine.open(options);
}

/** Of the compiled engines the one that is measured to be fastest; eager ones only where none compiles. */
async function fastestEngine(options: EngineOptions): Promise<Engine> {
  for (const kind of ['compiled', 'eager'] as const) {
    const usable: RegisteredEngine[] = [];
    for (const engine of engines.filter((candidate) => candidate.kind === kind)) {
      if ((await probe(engine)) === null && (await check(engine, options)) === null) usable.push(engine);
    }
    const opened = await Promise.all(usable.map((engine) => engine.open(options)));
    if (opened.length === 1) return opened[0]!;
    if (opened.length > 1) return quickest(opened);
  }
  throw new StudioError(
    'No engine can be used on this machine: run "npm ci" again, then "npm run studio -- doctor".',
  );
}

async function quickest(opened: readonly Engine[]): Promise<Engine> {
  let best = opened[0]!;
  let shortest = Infinity;
  for (const engine of opened) {
    const time = await timeEngine(engine);
    if (time < shortest) [best, shortest] = [engine, time];
  }
  return best;
}

/** The parity self-check: null, or how the engine's results differ from the reference's. */
function check(engine: RegisteredEngine, options: EngineOptions): Promise<string | null> {
  return remembered(checks, engine.id, async () => {
    if (engine.id === REFERENCE) return null;
    const reference = engines.find((candidate) => candidate.id === REFERENCE)!;
    try {
      return await compareEngines(await engine.open(options), await reference.open({}));
    } catch (error) {
      return `It fails: ${describeError(error)}`;
    }
  });
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
