import { channelBlock } from './channel-block';
import { engineFailure } from './engine-failure';
import type { GraphTarget, Precision } from './graph';
import { requireHalfPrecision } from './half-precision';
import { HostProgram } from './host-program';
import { lowerProgram } from './lowered-program';
import { operatorLibrary } from './native/operator-library';
import type { Engine, Program, ProgramDefinition } from './program';

/** ONNX Runtime's execution providers. With `cpu`, `webgpu` and `cuda` state stays where it is computed, else it travels. */
export type OnnxRuntimeProvider = 'cpu' | 'webgpu' | 'cuda' | 'tensorrt' | 'dml' | 'coreml';

export interface OnnxRuntimeOptions {
  provider?: OnnxRuntimeProvider;
  /** Threads within one operator; ONNX Runtime takes all cores when left out or 0. */
  threads?: number;
  /** Whether the CPU's engine uses our own operators (`src/operators`) where they were built; it does if left out. */
  ownOperators?: boolean;
  /** A file-name prefix: writes ONNX Runtime's operator profile there when the program is disposed. */
  profilePrefix?: string;
}

/** The compiled engine: one ONNX graph per program, run by ONNX Runtime. */
export function onnxRuntimeEngine(options: OnnxRuntimeOptions = {}): Engine {
  const provider = options.provider ?? 'cpu';
  const id = `onnxruntime:${provider}`;
  return {
    id,
    compile: async (definition) => {
      try {
        return explained(await compileProgram(definition, provider, options), id);
      } catch (error) {
        throw engineFailure(error, id, definition.name) ?? error;
      }
    },
  };
}

async function compileProgram(
  definition: ProgramDefinition,
  provider: OnnxRuntimeProvider,
  options: OnnxRuntimeOptions,
): Promise<Program> {
  const { precision = 'float32' } = definition;
  const target = await graphTarget(provider, precision, options.ownOperators ?? true);
  if (precision === 'mixed' && provider !== 'cpu') {
    const make = (tried: ProgramDefinition): Promise<Program> => makeProgram(tried, target, provider, {});
    await requireHalfPrecision(`onnxruntime:${provider}`, make);
  }
  return makeProgram(definition, target, provider, options);
}

async function makeProgram(
  definition: ProgramDefinition,
  target: GraphTarget,
  provider: OnnxRuntimeProvider,
  options: OnnxRuntimeOptions,
): Promise<Program> {
  const lowered = lowerProgram(definition, target);
  // What calls native libraries is loaded by those who need it.
  if (target.hasOwnOperators) {
    const operators = (await operatorLibrary(target.channelBlock))!;
    const { CpuProgram } = await import('./cpu-program');
    return new CpuProgram(definition, lowered, { ...options, operators });
  }
  if (provider !== 'webgpu' && provider !== 'cuda')
    return HostProgram.create(definition, lowered, { ...options, provider });
  const { DeviceProgram } = await import('./device-program');
  return new DeviceProgram(definition, lowered, { ...options, provider });
}

async function graphTarget(
  provider: OnnxRuntimeProvider,
  precision: Precision,
  wantsOwnOperators: boolean,
): Promise<GraphTarget> {
  if (provider === 'cuda' || provider === 'tensorrt') return { device: 'cuda', precision };
  if (provider !== 'cpu') return { device: 'gpu', precision };
  // Blocked convolutions and our own operators know float32 alone.
  if (precision === 'mixed') return { device: 'cpu', precision };
  const block = await channelBlock();
  const hasOwnOperators = wantsOwnOperators && (await operatorLibrary(block)) !== undefined;
  return { device: 'cpu', channelBlock: block, hasOwnOperators };
}

/** The program, whose failures for lack of memory or of the device say what to do. */
function explained(program: Program, engine: string): Program {
  const explain = (error: unknown): never => {
    throw engineFailure(error, engine, program.definition.name) ?? error;
  };
  return {
    definition: program.definition,
    run: (inputs) => program.run(inputs).catch(explain),
    writeState: (values) => program.writeState(values),
    readState: (names) => program.readState(names),
    dispose: () => program.dispose(),
  };
}
