// Opens the studio; `npm start` has built it. In a window, or, with --headless [--port N], in the browser.
import { spawn } from 'node:child_process';
import { endOf } from './bootstrap/run.mjs';
import { projectRoot } from './bootstrap/project.mjs';
import { electronCommand } from './electron-runtime.mjs';

const given = process.argv.slice(2);

/** Why there can be no window on this machine, as one sentence. */
function obstacle() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display for a window here.';
  if (process.getuid?.() === 0 && !given.includes('--no-sandbox')) {
    return "Chromium's sandbox refuses to run as root, so there is no window (on a machine that nobody else uses: npm start -- --no-sandbox).";
  }
  return undefined;
}

/** The program of the window, or why there is none. */
function windowProgram() {
  const reason = obstacle();
  if (reason) return { reason };
  try {
    return electronCommand(projectRoot);
  } catch (error) {
    return { reason: /** @type {Error} */ (error).message };
  }
}

/** @param {string[]} programArguments */
const serve = (programArguments) =>
  endOf(
    spawn(process.execPath, ['out/main/studio.js', ...programArguments], {
      cwd: projectRoot,
      stdio: 'inherit',
    }),
  );

async function start() {
  if (given.includes('--headless')) return serve(given);
  const window = windowProgram();
  if ('reason' in window) {
    console.error(`${window.reason} The studio is served to the browser instead.`);
    return serve(['--headless', ...given.filter((argument) => argument !== '--no-sandbox')]);
  }
  // Left over from a tool that runs Electron as a plain Node, it would do the same here.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const { program, programArguments } = window;
  return endOf(
    spawn(program, [...given, ...programArguments], {
      stdio: 'inherit',
      env: { ...env, DITTO_STUDIO_NODE: process.execPath },
    }),
  );
}

process.exitCode = await start();
