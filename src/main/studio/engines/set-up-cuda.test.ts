import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { versions } from '../../trainer/run-folder';
import { cudaPackages, type LibraryPackage } from './cuda-packages';
import { setUpCuda } from './set-up-cuda';

const library = new Uint8Array(300_000).map((_, index) => (index * 2_654_435_761) >>> 24);
/** As wheels are: some files as they are, some deflated. */
const archives: Record<string, Uint8Array> = {
  '/first.whl': zipSync({
    'package/lib/libfirst.so.1': library,
    'package/lib/libfirst.h': strToU8('#pragma once'),
    'package/__init__.py': strToU8(''),
  }),
  '/second.whl': zipSync({ 'package/lib/libsecond.so': [library, { level: 0 }] }),
};

let server: Server;
let folder: string;
let onRequest: (path: string) => void = () => undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ditto-cuda-'));
  onRequest = () => undefined;
  server = createServer(({ url = '' }, response) => {
    onRequest(url);
    const archive = archives[url];
    response.writeHead(archive ? 200 : 404).end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function wanted(path: string, changes: Partial<LibraryPackage> = {}): LibraryPackage {
  const archive = archives[path] ?? new Uint8Array();
  return {
    title: path,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    bytes: archive.byteLength,
    sha256: createHash('sha256').update(archive).digest('hex'),
    libraries: /\.so/,
    ...changes,
  };
}

function setUp(packages: LibraryPackage[], signal = new AbortController().signal): Promise<number[]> {
  const shares: number[] = [];
  const options = {
    onProgress: (done: number, total: number) => void shares.push(done / total),
    onNote: () => undefined,
    signal,
  };
  return setUpCuda(join(folder, 'cuda'), options, packages).then(() => shares);
}

test('the libraries of all packages stand in one folder, and nothing else', async () => {
  const shares = await setUp([wanted('/first.whl'), wanted('/second.whl')]);
  expect(readdirSync(folder)).toEqual(['cuda']);
  expect(readdirSync(join(folder, 'cuda')).sort()).toEqual(['libfirst.so.1', 'libsecond.so']);
  for (const name of ['libfirst.so.1', 'libsecond.so'])
    expect(readFileSync(join(folder, 'cuda', name)).equals(library)).toBe(true);
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test('what was set up before stays where another time fails', async () => {
  await setUp([wanted('/first.whl')]);
  const damaged = wanted('/second.whl', { sha256: '0'.repeat(64) });
  await expect(setUp([wanted('/first.whl'), damaged])).rejects.toThrow(
    /second\.whl could not be downloaded \(what came is damaged.*check the connection to 127\.0\.0\.1/,
  );
  await expect(setUp([wanted('/third.whl')])).rejects.toThrow(/the answer is 404/);
  await expect(setUp([wanted('/second.whl', { libraries: /\.dll/ })])).rejects.toThrow(
    /none of its libraries/,
  );
  expect(readdirSync(folder)).toEqual(['cuda']);
  expect(readdirSync(join(folder, 'cuda'))).toEqual(['libfirst.so.1']);
});

test('called off, nothing is left', async () => {
  const controller = new AbortController();
  onRequest = (path) => path === '/second.whl' && controller.abort();
  const work = setUp([wanted('/first.whl'), wanted('/second.whl')], controller.signal);
  await expect(work).rejects.toThrow(/abort/);
  expect(readdirSync(folder)).toEqual([]);
});

test('a server that cannot be reached is named', async () => {
  const url = 'http://127.0.0.1:1/first.whl';
  await expect(setUp([wanted('/first.whl', { url })])).rejects.toThrow(/127\.0\.0\.1:1/);
  expect(existsSync(join(folder, 'cuda'))).toBe(false);
});

test('ONNX Runtime for CUDA is the version that all else uses', () => {
  expect(cudaPackages[0]!.url).toContain(`onnxruntime_gpu-${versions().onnxruntime}-`);
});
