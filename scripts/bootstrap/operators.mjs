import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endOf } from './run.mjs';
import { say } from './say.mjs';

/**
 * The engine's own operators for ONNX Runtime on a CPU, src/operators, are compiled where there is a C compiler. They are
 * an extra: without them the engine computes the same with ONNX Runtime's own, in more passes over memory.
 */

/**
 * What is compiled for each kind of processor: how many floats are computed with at once, which is how many channels ONNX
 * Runtime's blocked images have there, and how the compiler is told.
 * @type {Record<string, { lanes: number; flags: string[] }[]>}
 */
const VARIANTS = {
  x64: [
    { lanes: 8, flags: ['-march=x86-64-v3'] },
    { lanes: 16, flags: ['-march=x86-64-v3', '-mavx512f', '-mprefer-vector-width=512'] },
  ],
  arm64: [{ lanes: 16, flags: [] }],
};

const FLAGS = ['-std=gnu11', '-O3', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'];
/** On Windows all code is, and there compilers refuse to be told. */
const POSITION_INDEPENDENT = process.platform === 'win32' ? [] : ['-fPIC'];
/** No operator asks for the errors of floating-point arithmetic. */
const ARITHMETIC = ['-fno-math-errno', '-fno-trapping-math'];
const ENDINGS = { win32: 'dll', darwin: 'dylib' };

/** The command that compiles C here, if there is one. @returns {string | undefined} */
export function compiler() {
  const commands = [process.env.CC ?? '', 'cc', 'clang', 'gcc'].filter((command) => command !== '');
  return commands.find((command) => spawnSync(command, ['--version'], { windowsHide: true }).status === 0);
}

/**
 * Compiles the operators, one library for each kind of processor, into `folder`.
 * @param {string} root
 * @param {string} folder
 * @param {string} command the compiler
 */
export async function compileOperators(root, folder, command) {
  const from = join(root, 'src', 'operators');
  const sources = readdirSync(from)
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(from, name));
  mkdirSync(folder, { recursive: true });
  const compiled = (VARIANTS[process.arch] ?? []).map(async ({ lanes, flags }) => {
    const ending = /** @type {Record<string, string>} */ (ENDINGS)[process.platform] ?? 'so';
    const file = join(folder, `operators-${process.arch}-${lanes}.${ending}`);
    const all = [
      ...FLAGS,
      ...POSITION_INDEPENDENT,
      ...ARITHMETIC,
      ...flags,
      `-DLANES=${lanes}`,
      ...sources,
      '-o',
      file,
    ];
    const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    if ((await endOf(child)) !== 0)
      say(`${command} could not compile the engine's own operators, so it does without them:\n${said}`);
  });
  await Promise.all(compiled);
}
