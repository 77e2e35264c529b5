import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectRoot } from './project.mjs';
import { runProgram } from './run.mjs';
import { BootstrapError } from './say.mjs';

const packager = ['node_modules/electron-builder/cli.js', '--config', 'electron-builder.config.mjs'];

/**
 * What each command runs, with the project's own Node and from the project's root. `build`: it needs out/ to be fresh.
 * @type {Record<string, { build?: boolean; program?: string[] }>}
 */
const commands = {
  demo: { build: true, program: ['out/main/cli.js', 'demo'] },
  studio: { build: true, program: ['out/main/cli.js'] },
  start: { build: true, program: ['scripts/start.mjs'] },
  bench: { build: true, program: ['out/main/bench.js'] },
  test: { build: true, program: ['scripts/test.mjs'] },
  screenshots: { build: true, program: ['scripts/screenshots.mjs'] },
  build: { build: true },
  // What a package looks like installed, in out.packages/; `installers` makes the files to hand out as well.
  package: { build: true, program: [...packager, '--dir'] },
  installers: { build: true, program: packager },
  install: {},
  typecheck: { program: ['scripts/test.mjs', 'typecheck'] },
  lint: { program: ['node_modules/eslint/bin/eslint.js', '.'] },
  format: { program: ['node_modules/prettier/bin/prettier.cjs', '--write', '.'] },
};

/**
 * Installs and builds what `command` needs, runs it, and ends this process as the command ended.
 * @param {string[]} commandLine the command and its arguments
 */
export async function main([name = '', ...commandArguments]) {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) {
      throw new BootstrapError(`No command "${name}": choose one of ${Object.keys(commands).join(', ')}.`);
    }
    const node = await ensureInstalled(projectRoot);
    if (command.build) await ensureBuilt(projectRoot, node);
    if (command.program) await runProgram(node, [...command.program, ...commandArguments], projectRoot);
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
