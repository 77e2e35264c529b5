// Opens the desktop application; `npm run start` has built it.
import { electronCommand } from './electron-runtime.mjs';
import { projectRoot } from './bootstrap/project.mjs';
import { spawn } from 'node:child_process';
import { endOf } from './bootstrap/run.mjs';

const electronArguments = process.argv.slice(2);

/** What is missing for a window on this machine, as one sentence. */
function obstacle() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return 'There is no display for a window here: work from the command line (npm run studio -- --help).';
  }
  if (process.getuid?.() === 0 && !electronArguments.includes('--no-sandbox')) {
    return "Chromium's sandbox refuses to run as root: start DITTO Studio as an ordinary user, or, on a machine that nobody else uses, with npm start -- --no-sandbox.";
  }
  return undefined;
}

async function start() {
  const sentence = obstacle();
  if (sentence) throw new Error(sentence);
  const { program, programArguments } = electronCommand(projectRoot);
  // Left over from a tool that runs Electron as a plain Node, it would do the same here.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return endOf(spawn(program, [...electronArguments, ...programArguments], { stdio: 'inherit', env }));
}

try {
  process.exitCode = await start();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}
