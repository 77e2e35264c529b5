import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorDigest } from '../../src/main/tensor/native/operator-library';
import packageJson from '../../package.json' with { type: 'json' };
import { electronFolder, inElectron, openScreen, processTree, startDesktop } from './electron';
import { temporaryHome } from './support';

const root = join(import.meta.dirname, '../..');
let home: string;
let remove: (() => void) | undefined;
let packages: string | undefined;
let program: string;
let resources: string;

beforeAll(async () => {
  if (!electronFolder) return;
  ({ home, remove } = temporaryHome());
  packages = mkdtempSync(join(tmpdir(), 'ditto-package-'));
  program = join(packages, 'linux-unpacked', 'ditto-studio');
  resources = join(packages, 'linux-unpacked', 'resources');
  const builder = [
    'node_modules/electron-builder/cli.js',
    '--config',
    'electron-builder.config.mjs',
    '--dir',
  ];
  const child = spawn(process.execPath, [...builder, `-c.directories.output=${packages}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
});
afterAll(() => {
  remove?.();
  if (packages) rmSync(packages, { recursive: true, force: true });
});

/** How the wire says it; the package does not export its names. */
const fuseState = { DISABLE: '0'.charCodeAt(0), ENABLE: '1'.charCodeAt(0) };

inElectron('a package for Linux', () => {
  test('has switched off what of Electron the application does not need', async () => {
    const wire = await getCurrentFuseWire(program);
    expect(wire).toMatchObject({
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: fuseState.DISABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: fuseState.DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: fuseState.DISABLE,
      [FuseV1Options.EnableCookieEncryption]: fuseState.ENABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: fuseState.ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: fuseState.ENABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: fuseState.DISABLE,
    });
  });

  test('holds the built application and no sources', () => {
    const names = listPackage(join(resources, 'app.asar'), { isPack: false });
    const atTop = new Set(names.map((name) => name.split('/')[1]));
    expect([...atTop].sort()).toEqual(['node_modules', 'out', 'package.json', 'resources']);
    expect(names.filter((name) => /^\/out\/.*\.(ts|map|svelte)$/.test(name))).toEqual([]);
    expect(names).toContain('/out/renderer/index.html');
    expect(readdirSync(join(resources, 'app.asar.unpacked')).sort()).toEqual([
      ...['node_modules', 'out', 'package.json'],
    ]);
  });

  test('brings the operators that were built', async () => {
    const cli = join(resources, 'app.asar.unpacked/out/main/cli.js');
    const doctor = [cli, 'doctor', '--json', '--home', home];
    const { stdout } = await promisify(execFile)(join(resources, 'node/node'), doctor);
    expect(JSON.parse(stdout)).toMatchObject({ operators: operatorDigest() ?? null });
  });

  test('opens its window, and works with the Node that it brings', async () => {
    const screen = await openScreen();
    const desktop = await startDesktop(screen, home, { command: [program] });
    try {
      const page = await desktop.page();
      await page.getByRole('heading', { name: 'Welcome to DITTO Studio' }).waitFor();
      expect(await page.evaluate('window.desktop.describe()')).toMatchObject({
        version: packageJson.version,
      });
      const own = join(resources, 'node/node');
      const entry = join(resources, 'app.asar.unpacked/out/main/studio.js');
      const commands = processTree(desktop.process.pid!).map(({ commandLine }) => commandLine.trim());
      expect(commands).toContain(`${own} ${entry} --home ${home}`);
      // Native modules: the engine, here; the database, in all of it; the data's codec, in a trainer.
      await page.evaluate('location.hash = "/hardware"');
      const engine = page.getByRole('listitem').filter({ hasText: 'onnxruntime:cpu' });
      await engine.getByText('available', { exact: true }).waitFor();
      await page.evaluate('location.hash = "/record"');
      await page.getByLabel('Episodes', { exact: true }).fill('2');
      await page.getByRole('button', { name: 'Record 2 episodes' }).click();
      await page.getByRole('link', { name: 'Look at the dataset' }).click();
      await page.getByRole('heading', { level: 1, name: 'Pursuit expert' }).waitFor();
      expect(desktop.problems).toEqual([]);
      expect(await desktop.quit()).toBe(0);
    } finally {
      await desktop.close();
      await screen.close();
    }
  });
});
