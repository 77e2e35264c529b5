import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { temporaryHome, until } from './support';

const root = join(import.meta.dirname, '../..');
const { home, remove } = temporaryHome();
let started: ChildProcess | undefined;
afterEach(() => started?.kill('SIGKILL'));
afterAll(remove);

/** What `npm start` does, given the environment; resolves with all that it printed once it serves pages. */
async function start(changes: NodeJS.ProcessEnv, ...given: string[]): Promise<string> {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, DITTO_ELECTRON: _electron, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), '--home', home, ...given], {
    env: { ...env, ...changes },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started = child;
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  await until('an address', () => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${printed}`);
    return /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(printed)?.[0];
  });
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  return printed;
}

const onScreen = { DISPLAY: ':99' };

describe.runIf(process.platform === 'linux')('where there can be no window', () => {
  test('a machine without a display says so in one sentence, and serves the browser', async () => {
    expect(await start({})).toMatch(
      /^There is no display for a window here\. The studio is served to the browser instead\.\n/,
    );
  });

  test.runIf(process.getuid?.() === 0)('so does one where root starts it', async () => {
    expect(await start(onScreen)).toMatch(/^Chromium's sandbox refuses to run as root.* instead\.\n/);
  });

  test('so does one whose DITTO_ELECTRON leads nowhere', async () => {
    const printed = await start({ ...onScreen, DITTO_ELECTRON: '/nowhere' }, '--no-sandbox');
    expect(printed).toMatch(/^DITTO_ELECTRON names \/nowhere, where there is no Electron.* instead\.\n/);
  });

  test.skipIf(existsSync(join(root, 'node_modules/electron/dist')))(
    'so does one that cannot fetch Electron',
    async () => {
      const unreachable = { ELECTRON_MIRROR: 'http://127.0.0.1:9/' };
      const printed = await start({ ...onScreen, ...unreachable }, '--no-sandbox');
      expect(printed).toMatch(
        /Electron [\d.]+, which draws the window, could not be fetched \(.+\).* instead\.\n/,
      );
    },
  );

  test('asked for no window, it says nothing of one', async () => {
    expect(await start(onScreen, '--headless')).toMatch(/^DITTO Studio is at http/);
  });
});
