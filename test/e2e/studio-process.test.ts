import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { studioContract, type StudioClient } from '../../src/shared/contract';
import { connect } from '../../src/shared/contract/connect';
import { toDesktopSchema, type FromDesktop, type ToDesktop } from '../../src/shared/desktop';
import { studioProgram, temporaryHome } from './support';

/** The studio process as the desktop's shell has it, without the shell: over Node's IPC. */
const { home, remove } = temporaryHome();
let studio: ChildProcess;
const heard: ToDesktop[] = [];
let nextPort = 1;

function start(): void {
  heard.length = 0;
  studio = fork(studioProgram, ['--home', home], {
    execArgv: [],
    serialization: 'advanced',
  });
  studio.on('message', (message) => heard.push(toDesktopSchema.parse(message)));
}
beforeAll(start);
afterAll(() => {
  studio.kill('SIGKILL');
  remove();
});

const say = (message: FromDesktop): boolean => studio.send(message);

/** A page of its own. */
function openPage(): StudioClient {
  const port = nextPort++;
  say({ type: 'open', port });
  return connect(studioContract, {
    send: (value) => void say({ type: 'message', port, value }),
    onMessage: (listener) =>
      void studio.on('message', (message: ToDesktop) => {
        if (message.type === 'message' && message.port === port) listener(message.value);
      }),
    onClose: () => {},
  });
}

const heardOf = <Type extends ToDesktop['type']>(type: Type): Extract<ToDesktop, { type: Type }>[] =>
  heard.filter((message): message is Extract<ToDesktop, { type: Type }> => message.type === type);

const recording = (episodes: number) => ({
  ...{ environment: 'pursuit', policy: 'expert', name: 'Expert' },
  settings: { episodes },
});

test('it says when it answers, and that nothing keeps the machine awake', async () => {
  await expect.poll(() => heardOf('ready').length).toBe(1);
  expect(heardOf('busy').at(-1)).toEqual({ type: 'busy', busy: false });
  expect(await openPage().studio.describe({})).toMatchObject({ home });
});

test('what the shell has to say stands among the notices', async () => {
  say({ type: 'notice', text: 'The page was loaded again.' });
  const [notice] = await openPage().studio.notices({});
  expect(notice).toMatchObject({ level: 'warning', text: 'The page was loaded again.' });
});

test('the machine stays awake while something runs, and the end of a run is told once', async () => {
  const page = openPage();
  await page.datasets.record(recording(2));
  await expect.poll(() => heardOf('notify').length, { timeout: 60_000 }).toBe(1);
  await expect.poll(() => heardOf('busy').at(-1)!.busy).toBe(false);
  expect(heardOf('busy').map(({ busy }) => busy)).toContain(true);
  expect(heardOf('notify')[0]).toMatchObject({ title: expect.stringMatching(/: finished$/) as string });
});

test('asked to end, it pauses what runs and is gone', async () => {
  const page = openPage();
  const { id } = await page.datasets.record(recording(10_000));
  await expect.poll(() => heardOf('busy').at(-1)!.busy).toBe(true);
  await expect.poll(async () => (await page.runs.get({ runId: id })).run.state.step).toBeGreaterThan(0);
  const exit = once(studio, 'exit');
  say({ type: 'end' });
  expect(await exit).toEqual([0, null]);
  start();
  const again = openPage();
  expect((await again.runs.get({ runId: id })).run.state.status).toBe('paused');
  expect(await again.queue.get({})).toMatchObject({ waiting: [{ type: 'run', id }], held: {} });
});

test('a shell that is gone ends it, too', async () => {
  await expect.poll(() => heardOf('ready').length).toBe(1);
  const exit = once(studio, 'exit');
  studio.disconnect();
  expect(await exit).toEqual([0, null]);
});
