// Runs every check and test, or the steps named on the command line: npm test -- unit lint
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringDebianPackages } from './debian-packages.mjs';
import { projectRoot } from './bootstrap/project.mjs';
import { endOf } from './bootstrap/run.mjs';

/** @typedef {import('./test-report.mjs').TestReport} TestReport */

const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'];
const svelteCheck = ['node_modules/svelte-check/bin/svelte-check', '--tsconfig', 'tsconfig.renderer.json'];
const eslint = ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'];
const prettier = ['node_modules/prettier/bin/prettier.cjs', '--check', '.'];

/** In the order in which they run: what is quick to fail comes first. @type {Record<string, () => Promise<TestReport>>} */
const steps = {
  typecheck: () => check('typecheck', [tsc, svelteCheck]),
  lint: () => check('lint', [eslint]),
  format: () => check('format', [prettier]),
  unit: () => vitest('unit'),
  parity: () => vitest('parity'),
  e2e: () => {
    // The pages are tested in Debian's browser, WebGPU on its driver; where they cannot be brought, those tests are skipped.
    bringDebianPackages(['chromium', 'xvfb', 'xauth', 'libvulkan1']);
    return vitest('e2e');
  },
};

/**
 * @param {string[]} programArguments what Node runs
 * @param {NodeJS.ProcessEnv} [env]
 */
const runNode = (programArguments, env = process.env) =>
  endOf(spawn(process.execPath, programArguments, { cwd: projectRoot, stdio: 'inherit', env }));

/** A step of programs that are right or wrong as a whole. @param {string} name @param {string[][]} programs */
async function check(name, programs) {
  for (const program of programs) {
    if ((await runNode(program)) !== 0) return { passed: 0, failed: [`${name}: see above`], skipped: [] };
  }
  return { passed: 1, failed: [], skipped: [] };
}

/** @param {string} project @returns {Promise<TestReport>} */
async function vitest(project) {
  const folder = mkdtempSync(join(tmpdir(), 'ditto-studio-test-'));
  const file = join(folder, 'report.json');
  try {
    const code = await runNode(
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        ...['--project', project],
        ...['--reporter', 'default', '--reporter', './scripts/test-report.mjs'],
      ],
      { ...process.env, DITTO_TEST_REPORT: file },
    );
    const report = /** @type {TestReport} */ (JSON.parse(readFileSync(file, 'utf8')));
    if (code !== 0 && report.failed.length === 0)
      report.failed.push(`${project}: Vitest ended with code ${code}`);
    return report;
  } catch {
    return { passed: 0, failed: [`${project}: Vitest ended without a report`], skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} names */
async function run(names) {
  const unknown = names.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) {
    console.error(`No step "${unknown[0]}": choose from ${Object.keys(steps).join(', ')}.`);
    return 1;
  }
  /** @type {TestReport} */
  const total = { passed: 0, failed: [], skipped: [] };
  let isInterrupted = false;
  process.on('SIGINT', () => (isInterrupted = true)).on('SIGTERM', () => (isInterrupted = true));
  for (const [name, step] of Object.entries(steps)) {
    if (names.length > 0 && !names.includes(name)) continue;
    if (isInterrupted) break;
    console.log(`\n== ${name}`);
    const { passed, failed, skipped } = await step();
    total.passed += passed;
    total.failed.push(...failed);
    total.skipped.push(...skipped);
  }
  for (const line of total.skipped) console.log(`skipped: ${line}`);
  for (const line of total.failed) console.log(`failed: ${line}`);
  console.log(`\n${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`);
  return total.failed.length > 0 ? 1 : 0;
}

process.exitCode = await run(process.argv.slice(2));
