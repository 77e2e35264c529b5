import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../../../shared/errors';
import { OWN_DOMAIN } from '../own-operators';
import { onnxRuntimePackage } from './onnxruntime-package';
import type { Handle, NativeRuntime } from './runtime';

/** Our own operators for ONNX Runtime (`src/operators`), compiled for a processor. */
export interface OperatorLibrary {
  /** What sessions that use the operators are to be given. */
  domainOf(runtime: NativeRuntime): Handle;
}

const ENDINGS: Partial<Record<NodeJS.Platform, string>> = { win32: 'dll', darwin: 'dylib' };
/** For processors for which ONNX Runtime has no blocks. */
const USUAL_BLOCK = 16;
const DIGEST_LENGTH = 12;

let known: Promise<OperatorLibrary | undefined> | undefined;

/**
 * The library that was built for this processor; nothing if there is none, as without a C compiler, or if the environment
 * variable DITTO_OPERATORS is `none`.
 * @param block how many channels ONNX Runtime's blocked images have here
 */
export function operatorLibrary(block: number = USUAL_BLOCK): Promise<OperatorLibrary | undefined> {
  if (process.env['DITTO_OPERATORS'] === 'none') return Promise.resolve(undefined);
  return (known ??= loadOperators(operatorFile(block), block));
}

/** Where the build puts it. */
export function operatorFile(block: number): string {
  const ending = ENDINGS[process.platform] ?? 'so';
  return join(operatorFolder(), `operators-${process.arch}-${block}.${ending}`);
}

let digest: string | undefined;

/** What tells the libraries that were built here from others; nothing if there are none. */
export function operatorDigest(): string | undefined {
  if (process.env['DITTO_OPERATORS'] === 'none' || !existsSync(operatorFolder())) return undefined;
  return (digest ??= digestOf(readdirSync(operatorFolder()).map((name) => join(operatorFolder(), name))));
}

function digestOf(files: readonly string[]): string | undefined {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(readFileSync(file));
  return files.length === 0 ? undefined : hash.digest('hex').slice(0, DIGEST_LENGTH);
}

/** Beside the packages. */
const operatorFolder = (): string => join(onnxRuntimePackage().folder, '..', '..', 'out', 'operators');

/** Those of a file; nothing if it is not there, or not for this processor or such blocks. */
export async function loadOperators(file: string, block: number): Promise<OperatorLibrary | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    // Loaded by those who use it.
    const { loadLibrary } = await import('./koffi');
    const library = loadLibrary(file);
    const lanes = library.func('int ditto_lanes()')() as number;
    if (lanes !== block) return undefined;
    return { domainOf: domains(library.func('void *ditto_operator(int index)') as OperatorAt) };
  } catch (error) {
    process.emitWarning(`The engine does without its own operators: ${describeError(error)}`);
    return undefined;
  }
}

type OperatorAt = (index: number) => Handle | null;

function domains(operatorAt: OperatorAt): OperatorLibrary['domainOf'] {
  const made = new Map<NativeRuntime, Handle>();
  return (runtime) => {
    const existing = made.get(runtime);
    if (existing !== undefined) return existing;
    const domain = runtime.call('CreateCustomOpDomain', OWN_DOMAIN);
    made.set(runtime, domain);
    let index = 0;
    for (let operator = operatorAt(index); operator; operator = operatorAt(++index)) {
      runtime.call('CustomOpDomain_Add', domain, operator);
    }
    return domain;
  };
}
