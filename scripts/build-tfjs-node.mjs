// Builds TF.js's native binding against the TensorFlow of a Python installation, which is newer than the one that npm
// fetches, and has CUDA where that one has:
//   pip install tensorflow            (or tensorflow[and-cuda])
//   node scripts/build-tfjs-node.mjs --tensorflow <.../site-packages/tensorflow>
// It needs Linux and g++. The binding lands in node_modules and serves the engine tfjs:node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from './bootstrap/project.mjs';

const packages = ['@tensorflow/tfjs-node@4.22.0', 'node-api-headers@1.9.0'];
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** @param {string} program @param {string[]} given @param {string} cwd */
function run(program, given, cwd) {
  const { status, error } = spawnSync(program, given, { cwd, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`${program} ${error ? `cannot be started: ${error.message}` : `ended with ${status}`}.`);
  process.exit(1);
}

const { tensorflow: given } = parseArgs({ options: { tensorflow: { type: 'string' } } }).values;
if (given === undefined) {
  console.error(
    'Say where TensorFlow is: node scripts/build-tfjs-node.mjs --tensorflow <.../site-packages/tensorflow>',
  );
  process.exit(2);
}
const tensorflow = resolve(given);
for (const name of [...libraries, join('include', 'tensorflow', 'c', 'c_api.h')]) {
  if (existsSync(join(tensorflow, name))) continue;
  console.error(
    `There is no ${name} in ${tensorflow}: give the folder of an installed TensorFlow 2 for Linux.`,
  );
  process.exit(2);
}

run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], projectRoot);
const binding = join(projectRoot, 'node_modules', '@tensorflow', 'tfjs-node');
const library = join(binding, 'deps', 'lib');
const output = join(binding, 'lib', 'napi-v8');
for (const folder of [library, output]) mkdirSync(folder, { recursive: true });
for (const name of libraries) {
  rmSync(join(library, name), { force: true });
  symlinkSync(join(tensorflow, name), join(library, name));
}
run(
  'g++',
  [
    ...['-O2', '-fPIC', '-shared', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...['-I.', '-Ibinding', '-I../../node-api-headers/include', `-I${join(tensorflow, 'include')}`],
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
    ...['-o', join(output, 'tfjs_binding.node'), '-Ldeps/lib', ...libraries.map((name) => `-l:${name}`)],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ],
  binding,
);
console.log('Built. "npm run studio -- doctor" should list tfjs:node as available.');
