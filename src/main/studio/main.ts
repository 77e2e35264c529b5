import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { studioContract } from '../../shared/contract';
import type { Channel } from '../../shared/contract/procedure';
import { serve } from '../../shared/contract/serve';
import { describeError, StudioError } from '../../shared/errors';
import { useCudaOf } from '../tensor/native/cuda';
import { cudaFolder } from '../trainer/home';
import { createHandlers } from './router';
import { sendToDesktop, serveDesktop } from './server/desktop-channel';
import { serveHeadless } from './server/headless';
import { tellDesktop } from './server/tell-desktop';
import { Studio } from './studio';
import { writableHome } from './writable-home';

/**
 * The studio process. `--headless [--port N]` serves browsers; without it the desktop shell is its parent. `--home` is
 * the folder of everything.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      headless: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
    },
  });
  const home = writableHome(values.home);
  useCudaOf(cudaFolder(home));
  const studio = await Studio.open(home);
  const handlers = createHandlers(studio);
  const onChannel = (channel: Channel): void =>
    serve(studioContract, handlers, channel, {
      onDefect: (error, path) => console.error(`${path}:`, error),
    });
  if (values.headless) await runHeadless(studio, portOf(values.port), onChannel);
  else runInDesktop(studio, onChannel);
}

async function runHeadless(
  studio: Studio,
  port: number,
  onChannel: (channel: Channel) => void,
): Promise<void> {
  const server = await serveHeadless({
    ...{ port, pages: pagesFolder(), onChannel },
    onNewAddress: (address) => console.log(`For another browser: ${address}`),
  });
  // Whoever reads what is printed may stop reading; the studio goes on.
  process.stdout.on('error', () => {});
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) process.exit(1);
    ending = true;
    console.log('Pausing what runs; once more ends at once.');
    await studio.close();
    await server.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
  console.log(`DITTO Studio is at ${server.address()}`);
  console.log('The address lets one browser in. Ctrl+C pauses what runs, and ends the studio.');
}

function runInDesktop(studio: Studio, onChannel: (channel: Channel) => void): void {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await studio.close();
    process.exit(0);
  };
  // Ctrl+C in a terminal reaches the whole group; the shell decides and says so.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  serveDesktop({
    onChannel,
    onNotice: (text) => studio.notices.add('warning', text),
    onEnd: () => void end(),
  });
  tellDesktop(studio);
  sendToDesktop({ type: 'ready' });
}

/** The built pages, beside this file's bundle. */
function pagesFolder(): string {
  const candidates = ['../renderer', '../../renderer'].map((path) => join(import.meta.dirname, path));
  const found = candidates.find((path) => existsSync(join(path, 'index.html')));
  if (found === undefined) throw new StudioError('The pages have not been built: run "npm run build".');
  return found;
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new StudioError(`--port cannot be ${text}: choose a number from 0 (any free one) to 65535.`);
}

main().catch((error: unknown) => {
  const message = describeError(error);
  sendToDesktop({ type: 'failed', message });
  console.error(error instanceof StudioError ? message : error);
  process.exitCode = 2;
  if (process.connected) process.disconnect();
});
