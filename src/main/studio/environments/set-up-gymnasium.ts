import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { describeError, StudioError } from '../../../shared/errors';
import { gymnasiumVersionsSchema, type GymnasiumStatus } from '../../../shared/gymnasium';
import type { WorkOptions } from '../../datasets/compose-dataset';
import { BridgeProcess } from '../../environments/gymnasium/bridge-process';
import { requirements } from '../../environments/gymnasium/python-files';
import { chosenPython, findPython, pythonOf, systemPython } from '../../environments/gymnasium/python';
import { pythonFolder } from '../../trainer/home';

/** Of what a failed program printed: Debian's venv takes six to say which package it lacks. */
const lastLines = 8;

const listSchema = z.object({ ids: z.array(z.string()), versions: gymnasiumVersionsSchema });

/** Whether the home's Python can play Gymnasium's environments, and which there are. */
export async function gymnasiumStatus(home: string): Promise<GymnasiumStatus> {
  const folder = pythonFolder(home);
  const python = findPython(folder) ?? null;
  const nothing = { python, isOwn: python === pythonOf(folder), versions: {}, ids: [] };
  if (python === null) {
    return {
      ...nothing,
      reason: 'There is no Python on this machine: install it from python.org, then come back.',
    };
  }
  const bridge = new BridgeProcess(python);
  try {
    const { header } = await bridge.ask('list');
    return { ...nothing, reason: null, ...listSchema.parse(header) };
  } catch (error) {
    return { ...nothing, reason: describeError(error) };
  } finally {
    bridge.close();
  }
}

/**
 * Makes a Python of the studio's own, a virtual environment in the home, and installs Gymnasium in it. Throws StudioError,
 * and leaves nothing behind, where that fails or is called off.
 */
export async function setUpGymnasium(
  home: string,
  { onNote, signal }: Required<Pick<WorkOptions, 'onNote' | 'signal'>>,
): Promise<void> {
  if (chosenPython() !== undefined) {
    throw new StudioError(
      `DITTO_PYTHON names ${chosenPython()}, which is taken instead: install gymnasium, opencv-python-headless and, for Atari, ale-py in it, or start the studio without DITTO_PYTHON.`,
    );
  }
  const python = systemPython();
  if (python === undefined) {
    throw new StudioError('There is no Python on this machine: install it from python.org, then come back.');
  }
  const folder = pythonFolder(home);
  const packages = requirements.split('\n').filter((line) => line && !line.startsWith('#'));
  await rm(folder, { recursive: true, force: true });
  try {
    onNote('Making a Python of the studio’s own');
    await run(python, ['-m', 'venv', folder], onNote, signal);
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...packages];
    await run(pythonOf(folder), install, onNote, signal);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function run(
  program: string,
  words: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, signal });
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line.trim());
    if (last.length > lastLines) last.shift();
  };
  createInterface(child.stdout).on('line', onLine).on('line', keep);
  createInterface(child.stderr).on('line', keep);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new StudioError(
      `Gymnasium could not be set up, as ${program} ended with ${code}. ${last.join(' ')}`,
    );
  }
}
