import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMount } from '../../src/main/trainer/test-support';
import { startStudio, studio, studioJson, temporaryHome, until } from './support';

const { home, remove } = temporaryHome();
const atHome = ['--home', home];
let worldModel: string;
let agent: string;

beforeAll(async () => {
  const record = (environment: string, ...options: string[]) =>
    studioJson('record', '--environment', environment, '--policy', 'expert', ...options, ...atHome);
  await record('pursuit', '--episodes', '3');
  await record('balance', '--episodes', '1');
  const training = ['--preset', 'nano', '--steps', '2', '--engine', 'onnxruntime:cpu', ...atHome];
  const trained = await studioJson<{ run: string }>(
    ...['train', 'world-model', '--dataset', 'pursuit-expert', ...training],
  );
  worldModel = trained.run;
  const ditto = ['train', 'agent', '--dataset', 'pursuit-expert', '--world-model', worldModel];
  agent = (await studioJson<{ run: string }>(...ditto, '--expert-episodes', '2', ...training)).run;
});
afterAll(remove);

/** The command ends with code 2 and one sentence, the same on stderr and in the JSON. */
async function expectRefusal(commandLine: readonly string[], sentence: RegExp): Promise<void> {
  const { code, stdout, stderr } = await studio(...commandLine, '--json');
  const lines = stderr.trimEnd().split('\n');
  const { error } = JSON.parse(stdout) as { error: string };
  expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(sentence) as string });
  expect(lines.at(-1)).toBe(`error: ${error}`);
  expect(stderr).not.toMatch(/^\s+at /m);
}

const runIds = (): string[] => readdirSync(join(home, 'runs'));

const expert = ['record', '--environment', 'pursuit', '--policy', 'expert'];
const badInput: [string, string[], RegExp][] = [
  ['an unknown command', ['fly'], /Unknown command 'fly'/],
  ['an unknown flag', ['runs', '--bogus', ...atHome], /Unknown option '--bogus'.*runs --help/],
  ['a missing flag', ['train', 'world-model', ...atHome], /--dataset <id>.*not specified/],
  ['too many arguments', ['show', 'a', 'b', ...atHome], /Too many arguments/],
  [
    'a number out of range',
    [...expert, '--episodes', '0', ...atHome],
    /--episodes cannot be "0".* from 1 to/,
  ],
  [
    'no number',
    [...expert, '--seed', 'many', ...atHome],
    /--seed cannot be "many": it must be a whole number/,
  ],
  ['a fraction of a seed', ['demo', '--seed', '1.5', ...atHome], /--seed cannot be "1\.5"/],
  ['a wrong choice', ['runs', '--kind', 'foo', ...atHome], /'foo' is invalid.*record, world-model/],
  [
    'an unknown preset',
    ['train', 'world-model', '--dataset', 'pursuit-expert', '--preset', 'huge', ...atHome],
    /no preset "huge": choose one of nano, tiny/,
  ],
  [
    'a demo too large',
    ['demo', '--preset', 'paper', ...atHome],
    /demo runs with preset nano or tiny, not paper/,
  ],
  [
    'an unknown environment',
    ['record', '--environment', 'mars', '--policy', 'expert', ...atHome],
    /no environment "mars": choose one of pursuit/,
  ],
  [
    'an unknown policy',
    ['record', '--environment', 'pursuit', '--policy', 'king', ...atHome],
    /pursuit has no policy "king": choose one of expert/,
  ],
  [
    'a missing dataset',
    ['train', 'world-model', '--dataset', 'nope', ...atHome],
    /no dataset "nope": take one from the list/,
  ],
  [
    'a dataset id that leads elsewhere',
    ['train', 'world-model', '--dataset', '../x', ...atHome],
    /"\.\.\/x" is not a dataset id/,
  ],
  [
    'an unknown engine',
    ['train', 'world-model', '--dataset', 'pursuit-expert', '--engine', 'abacus', ...atHome],
    /no engine called abacus: choose auto or one of/,
  ],
  [
    'recording into a dataset of another environment',
    [...expert, '--dataset', 'balance-expert', ...atHome],
    /balance-expert holds balance, not pursuit/,
  ],
  [
    'windows longer than every episode',
    [
      ...['train', 'world-model', '--dataset', 'pursuit-expert', '--preset', 'nano'],
      ...['--sampling', 'window', '--sequence-length', '300', ...atHome],
    ],
    /longest episode of dataset pursuit-expert has 200 steps, but windows of 300/,
  ],
  [
    'more expert episodes than there are',
    ['train', 'agent', '--method', 'bc', '--dataset', 'pursuit-expert', '--preset', 'nano', ...atHome],
    /pursuit-expert has 3 episodes, but 4 are to be learned from/,
  ],
  [
    'DITTO without a world model',
    ['train', 'agent', '--dataset', 'pursuit-expert', '--preset', 'nano', ...atHome],
    /name its run with --world-model/,
  ],
  [
    'an unknown method',
    ['train', 'agent', '--method', 'gail', '--dataset', 'pursuit-expert', ...atHome],
    /no method "gail": choose one of ditto, d-gail, d-bc, bc/,
  ],
  ['an unknown run', ['show', 'nope', ...atHome], /no run "nope": take one from the list/],
  ['an export of an unknown run', ['export', 'onnx', 'nope', ...atHome], /no run "nope"/],
  ['nothing to evaluate', ['evaluate', ...atHome], /Nothing to evaluate: name agent runs/],
];

describe('bad input ends with one sentence and makes no run', () => {
  test.each(badInput)('%s', async (_name, commandLine, sentence) => {
    const before = runIds();
    await expectRefusal(commandLine, sentence);
    expect(runIds()).toEqual(before);
  });

  test('a dataset of another environment', async () => {
    const before = runIds();
    await expectRefusal(
      [
        ...['train', 'agent', '--dataset', 'balance-expert', '--world-model', worldModel],
        ...['--preset', 'nano', '--expert-episodes', '1', ...atHome],
      ],
      /balance-expert was recorded in balance, but world model .* is for pursuit/,
    );
    expect(runIds()).toEqual(before);
  });

  test('no command at all', async () => {
    for (const commandLine of [[], ['train'], ['export']]) {
      const { code, stdout, stderr } = await studio(...commandLine);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/Usage: [^]*\nerror: Choose one of the commands that are listed above\.\n$/);
    }
  });

  test('a run of another kind', async () => {
    await expectRefusal(
      ['export', 'onnx', worldModel, ...atHome],
      /is of kind world-model: choose a run of kind agent/,
    );
  });

  test('an export to where no file can be', async () => {
    const nowhere = ['export', 'onnx', agent, join(home, 'nowhere', 'policy.onnx'), ...atHome];
    await expectRefusal(nowhere, /cannot be written \(there is no such folder\): choose another place/);
    await expectRefusal(['export', 'onnx', agent, home, ...atHome], /cannot be written \(EISDIR\)/);
  });

  test('a run that is finished already', async () => {
    await expectRefusal(['resume', worldModel, ...atHome], /is finished: start a new run/);
  });

  test('a home that a file is in the way of', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    await expectRefusal(
      ['runs', '--home', file],
      /cannot keep its files there \(a file is in the way\).*--home/,
    );
    await expectRefusal(['runs', '--home', join(file, 'below')], /a file is in the way/);
  });

  test.runIf(process.platform === 'linux')('a home where the system takes no folders', async () => {
    await expectRefusal(['runs', '--home', '/proc/ditto-studio'], /takes no folders.*--home/);
  });
});

describe('damage ends with one sentence', () => {
  test('a corrupt chunk of a dataset', async () => {
    const folder = join(home, 'datasets', 'damaged');
    cpSync(join(home, 'datasets', 'pursuit-expert'), folder, { recursive: true });
    const header = join(folder, 'zarr.json');
    writeFileSync(header, readFileSync(header, 'utf8').replaceAll('pursuit-expert', 'damaged'));
    const largest = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
    const bytes = readFileSync(largest);
    bytes.fill(0xaa, bytes.length >> 1, (bytes.length >> 1) + 64);
    writeFileSync(largest, bytes);
    await expectRefusal(
      [
        'train',
        'world-model',
        '--dataset',
        'damaged',
        '--preset',
        'nano',
        '--engine',
        'onnxruntime:cpu',
        ...atHome,
      ],
      /damaged/,
    );
  });

  test('a checkpoint of another shape', async () => {
    const checkpoints = join(home, 'runs', worldModel, 'checkpoints');
    const kept = `${checkpoints}.kept`;
    cpSync(checkpoints, kept, { recursive: true });
    const folder = join(checkpoints, readdirSync(checkpoints)[0]!);
    const state = join(folder, 'state.json');
    const changed = readFileSync(state, 'utf8').replace('"deterministicSize":32', '"deterministicSize":48');
    writeFileSync(state, changed);
    const manifest = join(folder, 'manifest.json');
    const { files, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      files: { name: string; sha256: string }[];
    };
    const sha256 = createHash('sha256').update(changed).digest('hex');
    const corrected = files.map((file) => (file.name === 'state.json' ? { ...file, sha256 } : file));
    writeFileSync(manifest, JSON.stringify({ ...rest, files: corrected }));
    try {
      await expectRefusal(['export', 'onnx', agent, ...atHome], /checkpoint does not fit the model/);
    } finally {
      rmSync(checkpoints, { recursive: true });
      renameSync(kept, checkpoints);
    }
  });

  test('an agent whose world model is gone', async () => {
    const folder = join(home, 'runs', worldModel);
    renameSync(folder, join(home, 'elsewhere'));
    try {
      await expectRefusal(
        ['evaluate', agent, ...atHome],
        /world model .* whose run is gone: restore its folder/,
      );
    } finally {
      renameSync(join(home, 'elsewhere'), folder);
    }
  });
});

describe.runIf(canMount)('a full disk (needs root on Linux)', () => {
  function onSmallDisk(mebibytes: number): { disk: string; unmount: () => void } {
    const disk = join(home, `disk-${mebibytes}`);
    mkdirSync(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', disk]).status).toBe(0);
    return { disk, unmount: () => void spawnSync('umount', [disk]) };
  }

  test('is told before a recording starts', async () => {
    const { disk, unmount } = onSmallDisk(8);
    try {
      await expectRefusal([...expert, '--home', disk], /disk is too full: recording 10 episodes may need/);
    } finally {
      unmount();
    }
  });

  test('is told when it fills up on the way, and the run can go on', async () => {
    const { disk, unmount } = onSmallDisk(96);
    try {
      await studioJson(...expert, '--episodes', '3', '--home', disk);
      const options = ['--preset', 'nano', '--steps', '300', '--engine', 'onnxruntime:cpu', '--home', disk];
      const command = startStudio(['train', 'world-model', '--dataset', 'pursuit-expert', ...options]);
      await until('progress', () => (command.stderr().includes('Training') ? true : undefined));
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=64k']);
      const { code, stderr } = await command.done;
      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
        /^error: The disk (is full|filled up).*resume the run/,
      );
      rmSync(join(disk, 'filler'));
      const [run] = await studioJson<{ id: string }[]>('runs', '--kind', 'world-model', '--home', disk);
      await studioJson('resume', run!.id, '--home', disk);
    } finally {
      unmount();
    }
  });
});
